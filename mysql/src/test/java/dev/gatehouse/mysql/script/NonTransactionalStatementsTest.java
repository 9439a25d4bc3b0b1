package dev.gatehouse.mysql.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.outsideTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether a statement took effect is told by what is there, and not told where that does not. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class NonTransactionalStatementsTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path work = Path.of("");

  private final MySqlNonTransactionalStatements statements = new MySqlNonTransactionalStatements();
  private TestDatabase database = served.engine().database();
  private Target target = Targets.of(database);
  private String key = "";

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws SQLException {
    database.close();
    database = served.engine().database();
    target = Targets.of(database);
    database.run("CREATE DATABASE IF NOT EXISTS gatehouse");
    remade();
  }

  /** The same objects again, whatever was made of them. */
  private void remade() throws SQLException {
    key = UUID.randomUUID().toString();
    database.run(
        List.of(
            "DROP TABLE IF EXISTS Orders, old_orders, made, plain, parents",
            "DROP VIEW IF EXISTS seen",
            "DROP PROCEDURE IF EXISTS tidy",
            "DROP EVENT IF EXISTS nightly",
            "CREATE TABLE parents (id INT PRIMARY KEY)",
            "CREATE TABLE Orders (id INT AUTO_INCREMENT PRIMARY KEY, parent INT, state VARCHAR(20)"
                + " DEFAULT 'n,(', total DECIMAL(10,2), KEY by_state (state), CONSTRAINT of_parent"
                + " FOREIGN KEY (parent) REFERENCES parents (id))",
            "INSERT INTO Orders (state, total) VALUES ('a', 1), ('b', 2)",
            "CREATE TABLE plain (a INT)",
            "CREATE VIEW seen AS SELECT state FROM Orders",
            "CREATE PROCEDURE tidy() DELETE FROM plain",
            "CREATE TRIGGER stamp BEFORE INSERT ON plain FOR EACH ROW SET NEW.a = 1",
            "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM plain"));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private NonTransactional read(String sql) {
    return statements.read(Script.of("s.sql", sql));
  }

  private State probed(NonTransactional statement) throws SQLException {
    try (Connection reading = MySql.dialect().openReading(target)) {
      return statement.probe(reading, key).orElseThrow().state();
    }
  }

  private static final List<String> TOLD =
      List.of(
          "ALTER TABLE Orders ADD COLUMN note TEXT, ADD INDEX by_total (total DESC, state(3))",
          "ALTER TABLE `Orders` DROP INDEX by_state, MODIFY state VARCHAR(30) NOT NULL DEFAULT ''",
          "ALTER TABLE Orders RENAME COLUMN total TO sum, ALGORITHM = INPLACE, LOCK = NONE",
          "ALTER TABLE Orders CONVERT TO CHARACTER SET latin2, COMMENT = 'a; ''b'",
          "ALTER TABLE Orders ADD g INT GENERATED ALWAYS AS (total + 1) STORED AFTER id",
          "CREATE INDEX more ON Orders (total)",
          "CREATE UNIQUE INDEX more USING BTREE ON Orders (total, id)",
          "DROP INDEX by_state ON Orders",
          "ALTER TABLE plain ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES parents (id) ON DELETE"
              + " CASCADE",
          "ALTER TABLE Orders DROP FOREIGN KEY of_parent, ADD COLUMN note TEXT",
          "ALTER TABLE `Orders` DROP FOREIGN KEY `of_parent`",
          "CREATE TABLE made (a INT, b INT, CONSTRAINT f FOREIGN KEY (b) REFERENCES parents (id)"
              + " ON UPDATE SET NULL ON DELETE CASCADE, KEY (a))",
          "CREATE TABLE IF NOT EXISTS made (id INT AUTO_INCREMENT PRIMARY KEY, b VARCHAR(9))",
          "create /* new */ table made (A int, b int unique) comment 'it''s'",
          "ALTER TABLE plain ADD FULLTEXT INDEX words (b), ADD b TEXT FIRST, FORCE",
          "DROP TABLE IF EXISTS plain",
          "DROP TABLE plain, Orders",
          "DROP VIEW seen",
          "DROP PROCEDURE tidy",
          "DROP TRIGGER stamp",
          "DROP EVENT nightly",
          "RENAME TABLE Orders TO old_orders, plain TO Orders");

  /** A share on each server; all of them on both in the night. */
  @Test
  @Alternating.OnEach
  void kinds_are_told_when_they_happened_and_when_they_did_not() throws Exception {
    int first = Served.all().indexOf(served);
    told(IntStream.range(0, TOLD.size()).filter(i -> i % 4 == first).mapToObj(TOLD::get).toList());
  }

  @Tag("nightly")
  @Test
  void each_kind_is_told_when_it_happened_and_when_it_did_not() throws Exception {
    told(TOLD);
  }

  private void told(List<String> statements) throws Exception {
    SoftAssertions softly = new SoftAssertions();
    for (String sql : statements) {
      remade();
      NonTransactional statement = read(sql);
      try (Connection session = MySql.dialect().openWriting(target)) {
        softly.assertThat(statement.probe(session)).as(sql).isPresent();
        softly.assertThat(probed(statement)).as("not begun: " + sql).isEqualTo(State.NOT_APPLIED);
        ((StatedChange) statement).keep(session, key);
        softly.assertThat(probed(statement)).as("begun: " + sql).isEqualTo(State.NOT_APPLIED);
        statement.execute(session, key);
        softly.assertThat(probed(statement)).as("executed: " + sql).isEqualTo(State.APPLIED);
        key = "another";
        softly.assertThat(probed(statement)).as("of another: " + sql).isEqualTo(State.NOT_APPLIED);
      }
    }
    softly.assertAll();
  }

  @Test
  void a_table_of_that_name_is_not_the_table_that_was_asked_for() throws Exception {
    NonTransactional statement = read("CREATE TABLE IF NOT EXISTS plain (b INT)");
    try (Connection session = MySql.dialect().openWriting(target)) {
      assertThatThrownBy(() -> statement.execute(session, key))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("the statement returned and changed nothing");
      assertThat(probed(statement)).isEqualTo(State.NOT_APPLIED);
      NonTransactional same = read("CREATE TABLE IF NOT EXISTS plain (a INT)");
      same.execute(session, key);
      assertThat(probed(same)).isEqualTo(State.REPEATABLE);
      assertThat(read("CREATE TABLE IF NOT EXISTS plain LIKE seen").probe(session))
          .as("what a copy of another table should be is not known")
          .isEmpty();
    }
  }

  /** Half of what was asked, or what somebody else did, is neither of both. */
  @Test
  void what_somebody_else_changed_is_unknown() throws Exception {
    NonTransactional statement = read("ALTER TABLE Orders ADD a INT, ADD INDEX more (total)");
    try (Connection session = MySql.dialect().openWriting(target)) {
      ((StatedChange) statement).keep(session, key);
    }
    database.run("ALTER TABLE Orders ADD a INT");
    assertThat(probed(statement)).isEqualTo(State.UNKNOWN);
    database.run("ALTER TABLE Orders ADD INDEX more (total)");
    assertThat(probed(statement)).isEqualTo(State.APPLIED);
    database.run("ALTER TABLE Orders COMMENT = 'x'");
    assertThat(probed(statement)).isEqualTo(State.UNKNOWN);
    database.run("DROP TABLE Orders");
    assertThat(probed(statement)).isEqualTo(State.UNKNOWN);
  }

  @Test
  void what_leaves_nothing_to_be_told_by_asks_for_a_query() throws Exception {
    for (String sql :
        List.of(
            "ALTER TABLE plain ADD COLUMN IF NOT EXISTS a TEXT",
            "CREATE INDEX IF NOT EXISTS by_state ON Orders (total)",
            "ALTER TABLE plain AUTO_INCREMENT = 7",
            "ALTER TABLE plain RENAME TO other",
            "ALTER TABLE plain PARTITION BY HASH (a)",
            "CREATE TABLE more AS SELECT 1",
            "CREATE TABLE more LIKE plain",
            "ALTER TABLE " + database.name() + ".plain ADD b INT",
            "/*!50000 ALTER TABLE plain ADD b INT */",
            "TRUNCATE TABLE plain",
            "ANALYZE TABLE plain",
            "GRANT SELECT ON plain TO nobody")) {
      try (Connection reading = MySql.dialect().openReading(target)) {
        assertThat(read(sql).probe(reading)).as(sql).isEmpty();
      }
    }
    for (String sql :
        List.of(
            "INSERT INTO plain VALUES (1)",
            "USE mysql",
            "LOCK TABLES plain WRITE",
            "COMMIT",
            "CREATE TEMPORARY TABLE x (a INT)",
            "CALL tidy()",
            "SET GLOBAL max_connections = 5")) {
      assertThatThrownBy(() -> read(sql)).as(sql).isInstanceOf(Refusal.class);
    }
    assertThatThrownBy(() -> read("DROP TABLE plain; DROP TABLE Orders"))
        .hasMessageContaining("lone.several");
  }

  /** Which would be found out by trying it, too. */
  @Test
  void what_a_server_dies_of_is_refused_by_name() throws Exception {
    boolean dies = served.engine().asked().startsWith("8.");
    try (Connection reading = MySql.dialect().openReading(target)) {
      for (String sql :
          List.of(
              "ALTER TABLE plain ADD b BLOB, CONVERT TO CHARACTER SET latin1",
              "ALTER TABLE plain CONVERT TO CHARACTER SET latin1, ADD (b INT, c TINYTEXT)")) {
        NonTransactional statement = read(sql);
        if (dies) {
          assertThatThrownBy(() -> statement.probe(reading)).as(sql).hasMessageContaining(DEADLY);
        } else {
          assertThat(statement.probe(reading)).as(sql).isPresent();
        }
      }
      for (String sql :
          List.of(
              "ALTER TABLE plain ADD b INT COMMENT 'text', CONVERT TO CHARACTER SET latin1",
              "ALTER TABLE plain ADD `text` INT, CONVERT TO CHARACTER SET latin1",
              "ALTER TABLE plain MODIFY a TEXT, CONVERT TO CHARACTER SET latin1",
              "ALTER TABLE plain ADD b BLOB, CHARACTER SET latin1")) {
        assertThat(read(sql).probe(reading)).as(sql).isPresent();
      }
    }
  }

  private static final String DEADLY = "lone.deadly";

  @Test
  void who_may_not_try_it_on_a_copy_is_told_what_to_grant() throws Exception {
    var account = database.newAccount("app");
    String who = "'" + account.name() + "'@'%'";
    database.run("GRANT SELECT, ALTER, DROP, CREATE ON " + database.name() + ".* TO " + who);
    database.run("GRANT CREATE, SELECT, INSERT, UPDATE ON gatehouse.* TO " + who);
    try (Connection reading = MySql.dialect().openReading(Targets.of(database, account))) {
      assertThatThrownBy(() -> read("ALTER TABLE plain ADD b INT").probe(reading))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("GRANT ALTER, DROP, INDEX, REFERENCES ON gatehouse.*");
      assertThat(read("DROP TABLE plain").probe(reading)).isPresent();
    }
  }

  private RunRecord run(Step step) {
    return Runner.journalingTo(work.resolve(UUID.randomUUID().toString()))
        .run(Plan.of(runbook("schema", gate("apply", step)), target));
  }

  @Test
  void a_step_of_a_runbook_is_planned_run_and_undone() throws Exception {
    Step added =
        outsideTransaction(sql("ALTER TABLE Orders ADD note TEXT"))
            .undoneBy(
                outsideTransaction(sql("ALTER TABLE Orders DROP COLUMN note"))
                    .cannotBeUndone("undo"));
    Plan plan = Plan.of(runbook("schema", gate("apply", added)), target);
    assertThat(plan.outline().steps().get(0).preview().toString())
        .contains("ALTER TABLE Orders ADD note TEXT;", "gatehouse.statement", "-- proven by");
    assertThat(run(added).state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(database.one("SHOW CREATE TABLE Orders")).contains("`note` text");
    RunRecord again = run(added);
    assertThat(again.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(again.steps().get(0).findings().toString()).contains("Duplicate column name");
    Step like = outsideTransaction(sql("CREATE TABLE v LIKE plain")).cannotBeUndone("test");
    assertThatThrownBy(() -> run(like)).hasMessageContaining("lone.no-probe");
    Step told =
        outsideTransaction(sql("CREATE TABLE v LIKE plain"))
            .appliedWhen(
                "select 1 from information_schema.tables where table_schema = database()"
                    + " and table_name = 'v'")
            .cannotBeUndone("test");
    assertThat(run(told).state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void random_changes_are_told_as_the_server_did_them() throws Exception {
    random(12, new Random(1));
  }

  @Tag("nightly")
  @Test
  void a_thousand_random_changes() throws Exception {
    long seed = Long.getLong("random.seed", System.nanoTime());
    System.out.println(served + ": -Drandom.seed=" + seed);
    random(Integer.getInteger("random.rounds", 1000), new Random(seed));
  }

  /** The server decides: whether it executed the statement is known, and the probe is compared. */
  private void random(int rounds, Random random) throws Exception {
    List<String> unknown = new ArrayList<>();
    int executed = 0;
    try (Connection session = MySql.dialect().openWriting(target)) {
      for (int round = 0; round < rounds; round++) {
        RandomTable table = new RandomTable(random);
        database.run("DROP TABLE IF EXISTS changed");
        boolean creates = random.nextInt(4) == 0;
        if (!creates) {
          database.run(table.create());
        }
        String sql = creates ? table.create() : table.alter();
        NonTransactional statement = read(sql);
        try {
          statement.probe(session);
        } catch (Refusal deadly) {
          assertThat(deadly).as(sql).hasMessageContaining(DEADLY);
          continue;
        }
        key = "round " + round;
        boolean happens = random.nextInt(3) > 0;
        boolean done = false;
        if (happens) {
          try {
            statement.execute(session, key);
            done = true;
          } catch (SQLException refused) {
            assertThat(refused.getErrorCode())
                .as(table.create() + "\n" + sql + "\n" + refused)
                .isPositive();
          }
        } else {
          ((StatedChange) statement).keep(session, key);
        }
        executed += done ? 1 : 0;
        State state = probed(statement);
        String said = table.create() + "\n" + sql + "\ndone: " + done;
        assertThat(state).as(said).isNotEqualTo(done ? State.NOT_APPLIED : State.APPLIED);
        if (state == State.UNKNOWN) {
          unknown.add(said);
        }
      }
    }
    assertThat(unknown).as("told of %s executed of %s", executed, rounds).isEmpty();
    assertThat(executed).isGreaterThan(rounds / 4);
  }
}
