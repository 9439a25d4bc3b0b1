package dev.gatehouse.mysql.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.statementByStatement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
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

/** Views, triggers, routines and events that a statement makes are told by their definition. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class CreatedProgramsTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path work = Path.of("");

  private final MySqlNonTransactionalStatements statements = new MySqlNonTransactionalStatements();
  private final TestDatabase database = served.engine().database();
  private Target target = Targets.of(database);
  private Connection admin = connected();
  private String key = UUID.randomUUID().toString();

  static List<Served> servers() {
    return Served.all();
  }

  private Connection connected() {
    try {
      return database.connect();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void a_world() throws SQLException {
    target = Targets.of(database);
    for (String made :
        List.of(
            "CREATE DATABASE IF NOT EXISTS gatehouse",
            "CREATE TABLE plain (a INT)",
            "CREATE TABLE Orders (id INT PRIMARY KEY, state VARCHAR(20), total DECIMAL(10,2))",
            "CREATE VIEW seen AS SELECT state FROM Orders",
            "CREATE PROCEDURE tidy() DELETE FROM plain",
            "CREATE TRIGGER stamp BEFORE INSERT ON plain FOR EACH ROW SET NEW.a = 1",
            "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM plain")) {
      Sql.run(admin, made);
    }
  }

  @AfterEach
  void drop() throws SQLException {
    admin.close();
    database.close();
  }

  private boolean isMariaDb() {
    return served.engine().toString().startsWith("MariaDB");
  }

  /** A body of several statements is one statement behind another delimiter. */
  private NonTransactional read(String sql) {
    return statements.read(Script.of("s.sql", "DELIMITER //\n" + sql + "\n//"));
  }

  private State probed(NonTransactional statement) throws SQLException {
    try (Connection reading = MySql.dialect().openReading(target)) {
      return statement.probe(reading, key).orElseThrow().state();
    }
  }

  private void begun(NonTransactional statement) throws SQLException {
    try (Connection session = MySql.dialect().openWriting(target)) {
      ((StatedChange) statement).keep(session, key);
    }
  }

  private void executed(NonTransactional statement) throws SQLException {
    try (Connection session = MySql.dialect().openWriting(target)) {
      statement.execute(session, key);
    }
  }

  private static final List<String> TOLD =
      List.of(
          "CREATE OR REPLACE SQL SECURITY INVOKER VIEW seen (s) AS SELECT state FROM Orders",
          "CREATE VIEW made AS SELECT o.*, p.a FROM Orders o JOIN plain p ON p.a = o.id",
          "CREATE TRIGGER made AFTER UPDATE ON Orders FOR EACH ROW BEGIN SET @n = OLD.total; END",
          "CREATE DEFINER = CURRENT_USER PROCEDURE made(IN a INT) COMMENT 'x' BEGIN SELECT a; END",
          "CREATE FUNCTION made(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
          "CREATE EVENT made ON SCHEDULE EVERY 1 DAY DO DELETE FROM plain",
          "CREATE EVENT IF NOT EXISTS made ON SCHEDULE AT NOW() + INTERVAL 1 DAY ON COMPLETION"
              + " PRESERVE ENABLE COMMENT 'DO' DO DELETE FROM plain",
          "CREATE VIEW `select` AS SELECT 1 AS `a.b`",
          "CREATE VIEW `a``.``b; --` AS SELECT ';' AS t",
          "CREATE PROCEDURE `DISABLE DO`() SELECT 'CREATE PROCEDURE `DISABLE DO`() SELECT 1'",
          "CREATE FUNCTION `f\u00e9'`() RETURNS INT NO SQL RETURN 1",
          "CREATE EVENT `ENABLE` ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01' DISABLE DO DO 1",
          "CREATE TRIGGER `"
              + "t".repeat(64)
              + "` BEFORE DELETE ON `plain` FOR EACH ROW SET @a = 'ON nowhere'");

  /** A share on each server; all of them on both in the night. */
  @Test
  @Alternating.OnEach
  void kinds_are_told_when_they_happened_and_when_they_did_not() throws Exception {
    int first = Served.all().indexOf(served);
    told(IntStream.range(0, TOLD.size()).filter(i -> i % 2 == first).mapToObj(TOLD::get).toList());
  }

  @Tag("nightly")
  @Test
  void each_kind_is_told_when_it_happened_and_when_it_did_not() throws Exception {
    told(TOLD);
  }

  private void told(List<String> made) throws Exception {
    SoftAssertions softly = new SoftAssertions();
    try (Connection session = MySql.dialect().openWriting(target);
        Connection reading = MySql.dialect().openReading(target)) {
      for (String sql : made) {
        key = UUID.randomUUID().toString();
        StatedChange statement = (StatedChange) read(sql);
        softly.assertThat(statement.probe(reading)).as(sql).isPresent();
        statement.keep(session, key);
        softly.assertThat(probed(statement)).as("begun: " + sql).isEqualTo(State.NOT_APPLIED);
        statement.execute(session, key);
        softly.assertThat(probed(statement)).as("executed: " + sql).isEqualTo(State.APPLIED);
        String dropped = statement.objects().names().get(0);
        Sql.run(admin, "DROP " + statement.objects().kind() + " " + dropped);
      }
      softly
          .assertThat(Sql.one(session, "SELECT ABS(UNIX_TIMESTAMP(SYSDATE()) - @@timestamp) < 5"))
          .as("the clock of the session goes on")
          .isEqualTo("1");
    }
    softly.assertThat(leftInGatehouse()).isEmpty();
    softly.assertAll();
  }

  /** Whatever was tried there is gone. */
  private List<String> leftInGatehouse() throws SQLException {
    return Sql.rows(
        admin,
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'gatehouse'"
            + " AND table_name NOT IN ('lease', 'marker', 'statement')"
            + " UNION SELECT routine_name FROM information_schema.routines"
            + " WHERE routine_schema = 'gatehouse'"
            + " UNION SELECT event_name FROM information_schema.events"
            + " WHERE event_schema = 'gatehouse'"
            + " UNION SELECT trigger_name FROM information_schema.triggers"
            + " WHERE trigger_schema = 'gatehouse'");
  }

  /** What the statement makes depends on its definer and on the settings it is made under. */
  @Test
  void the_same_words_under_another_definer_or_mode_are_another_object() throws Exception {
    NonTransactional view =
        read("CREATE OR REPLACE DEFINER = 'nobody'@'%' VIEW seen AS SELECT state FROM Orders");
    begun(view);
    assertThat(probed(view)).isEqualTo(State.NOT_APPLIED);
    Sql.run(admin, "CREATE OR REPLACE VIEW seen AS SELECT state FROM Orders");
    assertThat(probed(view)).isEqualTo(State.NOT_APPLIED);
    executed(view);
    assertThat(probed(view)).isEqualTo(State.APPLIED);

    NonTransactional routine = read("CREATE PROCEDURE made() SELECT 'a' || 'b'");
    begun(routine);
    String mode = Sql.one(admin, "SELECT @@sql_mode");
    Sql.run(admin, "SET SESSION sql_mode = 'PIPES_AS_CONCAT'");
    Sql.run(admin, "CREATE PROCEDURE made() SELECT 'a' || 'b'");
    assertThat(probed(routine)).isEqualTo(State.UNKNOWN);
    Sql.run(admin, "SET SESSION sql_mode = CONCAT('" + mode + "', ',STRICT_ALL_TABLES')");
    Sql.run(admin, "DROP PROCEDURE made");
    assertThat(probed(routine)).isEqualTo(State.NOT_APPLIED);
  }

  /** Nothing tells a definition from the same one put in its place. */
  @Test
  void what_is_replaced_by_the_same_is_repeatable() throws Exception {
    NonTransactional same = read("CREATE OR REPLACE VIEW seen AS SELECT state FROM Orders");
    begun(same);
    assertThat(probed(same)).isEqualTo(State.REPEATABLE);
    executed(same);
    assertThat(probed(same)).isEqualTo(State.REPEATABLE);
  }

  @Test
  void what_is_there_under_that_name_is_not_what_was_asked_for() throws Exception {
    NonTransactional event =
        read("CREATE EVENT IF NOT EXISTS nightly ON SCHEDULE EVERY 2 DAY DO DELETE FROM plain");
    assertThatThrownBy(() -> executed(event))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("the statement returned and changed nothing");
    assertThat(probed(event)).isEqualTo(State.NOT_APPLIED);
    // A comment that holds the definition is not the definition.
    NonTransactional made = read("CREATE PROCEDURE made() DELETE FROM plain");
    begun(made);
    Sql.run(admin, "CREATE PROCEDURE made() COMMENT 'made() DELETE FROM plain' SELECT 1");
    assertThat(probed(made)).isEqualTo(State.UNKNOWN);
    NonTransactional table = read("CREATE VIEW plain AS SELECT 1 AS a");
    begun(table);
    assertThat(probed(table)).isEqualTo(State.NOT_APPLIED);
    assertThatThrownBy(() -> executed(table)).isInstanceOf(SQLException.class);
    NonTransactional refused =
        read("CREATE TRIGGER made BEFORE INSERT ON plain FOR EACH ROW SET NEW.missing = 1");
    assertThatThrownBy(() -> executed(refused)).isInstanceOf(SQLException.class);
    assertThat(leftInGatehouse()).isEmpty();
    assertThat(probed(table)).isEqualTo(State.NOT_APPLIED);
  }

  /** A view whose table is gone can be replaced, and told. */
  @Test
  void a_broken_view_is_replaced() throws Exception {
    Sql.run(admin, "CREATE TABLE gone (a INT)");
    Sql.run(admin, "CREATE VIEW broken AS SELECT a FROM gone");
    Sql.run(admin, "DROP TABLE gone");
    NonTransactional repaired = read("CREATE OR REPLACE VIEW broken AS SELECT a FROM plain");
    begun(repaired);
    assertThat(probed(repaired)).isEqualTo(State.NOT_APPLIED);
    executed(repaired);
    assertThat(probed(repaired)).isEqualTo(State.APPLIED);
  }

  @Test
  void what_cannot_be_told_asks_for_a_query() throws Exception {
    Sql.run(admin, "CREATE TABLE spread (a INT) ENGINE = MEMORY");
    try (Connection reading = MySql.dialect().openReading(target)) {
      for (String sql :
          List.of(
              "CREATE VIEW " + database.name() + ".made AS SELECT 1",
              "CREATE VIEW made AS SELECT * FROM gatehouse.lease",
              "CREATE FUNCTION made RETURNS STRING SONAME 'x.so'",
              "CREATE TRIGGER made BEFORE INSERT ON plain FOR EACH ROW FOLLOWS stamp SET @a = 1",
              "CREATE TRIGGER made BEFORE INSERT ON spread FOR EACH ROW SET @a = 1",
              "CREATE TRIGGER made BEFORE INSERT ON "
                  + database.name()
                  + ".plain FOR EACH ROW DO 1",
              // it is gone after its time, as if it had never been made
              "CREATE EVENT made ON SCHEDULE AT NOW() + INTERVAL 1 SECOND DO DELETE FROM plain",
              "CREATE EVENT made ON SCHEDULE EVERY 1 DAY ENDS '2036-01-01' DO DELETE FROM plain",
              "CREATE EVENT made ON SCHEDULE AT NOW() ON COMPLETION NOT PRESERVE DO DO 1",
              "CREATE EVENT made ON SCHEDULE EVERY @n DAY DO DO 1",
              "/*!50003 CREATE PROCEDURE made() SELECT 1 */",
              "CREATE /*!50017 DEFINER = 'x'@'%' */ PROCEDURE made() SELECT 1",
              "ALTER EVENT nightly ENABLE",
              "ALTER PROCEDURE tidy COMMENT 'x'",
              "CREATE DATABASE made")) {
        assertThat(read(sql).probe(reading)).as(sql).isEmpty();
      }
    }
  }

  /** In the database gatehouse an event is never enabled. */
  @Test
  void an_event_is_tried_disabled() {
    for (String status : List.of("", "ENABLE ", "enable COMMENT 'ENABLE' ", "COMMENT 'x' ")) {
      String sql = "CREATE EVENT `do` ON SCHEDULE EVERY (1 + 1) DAY " + status + "DO DO 1";
      AskedPrograms.Event event = (AskedPrograms.Event) ((StatedChange) read(sql)).asked();
      assertThat(event.disabled())
          .startsWith("CREATE EVENT `do` ON SCHEDULE EVERY (1 + 1) DAY DISABLE ")
          .endsWith("DO DO 1")
          .doesNotContain("ENABLE COMMENT", "ENABLE DO");
      assertThat(event.begins()).isTrue();
    }
  }

  /** To somebody without the right the server says that there is none. */
  @Test
  void what_the_account_may_not_see_is_not_told_as_absent() throws Exception {
    Account account = database.newAccount("app");
    String who = "'" + account.name() + "'@'%'";
    Sql.run(admin, "GRANT ALL ON gatehouse.* TO " + who);
    Sql.run(admin, "GRANT ALL ON " + database.name() + ".* TO " + who);
    Target poor = Targets.of(database, account);
    NonTransactional trigger =
        read("CREATE TRIGGER made BEFORE INSERT ON Orders FOR EACH ROW SET @a = 1");
    NonTransactional routine = read("CREATE PROCEDURE made() SELECT 1");
    for (NonTransactional statement : List.of(trigger, routine)) {
      executed(statement);
    }
    try (Connection reading = MySql.dialect().openReading(poor)) {
      assertThat(trigger.probe(reading, key).orElseThrow().state()).isEqualTo(State.APPLIED);
    }
    Sql.run(
        admin,
        "REVOKE TRIGGER, EXECUTE, CREATE ROUTINE, ALTER ROUTINE ON "
            + database.name()
            + ".* FROM "
            + who);
    try (Connection reading = MySql.dialect().openReading(poor)) {
      for (NonTransactional statement : List.of(trigger, routine)) {
        assertThatThrownBy(() -> statement.probe(reading, key))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("lone.unseen");
        assertThatThrownBy(() -> statement.probe(reading)).hasMessageContaining("lone.unseen");
      }
    }
  }

  @Test
  void several_in_one_script_are_a_sequence() throws Exception {
    RunRecord record =
        Runner.journalingTo(work.resolve("journals"))
            .run(
                Plan.of(
                    runbook(
                        "programs",
                        gate(
                            "apply",
                            statementByStatement(
                                    sql(
                                        "CREATE TABLE log (a INT);\n"
                                            + "CREATE TRIGGER logged AFTER INSERT ON log FOR EACH"
                                            + " ROW SET @a = 1;\n"
                                            + "CREATE VIEW logs AS SELECT a FROM log;\n"
                                            + "DELIMITER //\nCREATE PROCEDURE cut() BEGIN DELETE"
                                            + " FROM log; END//\nDELIMITER ;\n"
                                            + "CREATE EVENT cuts ON SCHEDULE EVERY 1 DAY DO CALL"
                                            + " cut();\nDROP VIEW seen"))
                                .cannotBeUndone("test"))),
                    target));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.steps().get(0).parts().text()).isEqualTo("6 of 6 applied");
  }

  @Test
  void random_statements_are_told_as_the_server_did_them() throws Exception {
    random(15, new Random(2));
  }

  @Tag("nightly")
  @Test
  void a_thousand_random_statements() throws Exception {
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
        RandomProgram program = new RandomProgram(random, isMariaDb());
        Sql.run(admin, program.drop());
        String before = random.nextBoolean() ? madeBefore(program) : "";
        StatedChange statement = (StatedChange) read(program.create());
        key = "round " + round;
        boolean done = false;
        if (random.nextInt(3) > 0) {
          done = done(statement, session);
        } else {
          statement.keep(session, key);
        }
        executed += done ? 1 : 0;
        State state = probed(statement);
        String said = before + "\n" + statement.sql() + "\ndone: " + done;
        assertThat(state).as(said).isNotEqualTo(done ? State.NOT_APPLIED : State.APPLIED);
        if (state == State.UNKNOWN) {
          unknown.add(said);
        }
        Sql.run(admin, program.drop());
      }
    }
    assertThat(unknown).as("told of %s executed of %s", executed, rounds).isEmpty();
    assertThat(executed).isGreaterThan(rounds / 10);
    assertThat(leftInGatehouse()).isEmpty();
  }

  private boolean done(StatedChange statement, Connection session) {
    try {
      statement.execute(session, key);
      return true;
    } catch (SQLException refused) {
      assertThat(refused.getErrorCode()).as(statement.sql() + "\n" + refused).isPositive();
      return false;
    } catch (StepFailed didNothing) {
      return false;
    }
  }

  private String madeBefore(RandomProgram program) {
    String sql = program.create();
    try {
      Sql.run(admin, sql);
      return sql;
    } catch (SQLException refused) {
      return "";
    }
  }
}
