package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A superuser looks into the copy while an ordinary account wants to drop it. */
class DrillLeftBehindTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(DrillLeftBehindTest.class);
  private final TestDatabase database = engine.database();
  private final List<Connection> watching = new ArrayList<>();
  private final Account account = account();

  private Account account() {
    try {
      return Deployer.of(database);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Dumps dumps() {
    return new Dumps(new Dumps(engine, database, work), Deployer.target(engine, database, account));
  }

  @BeforeEach
  void ordinary() throws Exception {
    new Dumps(engine, database, work)
        .execute(
            "SET ROLE " + account.name(),
            "CREATE TABLE item AS SELECT generate_series(1, 9) AS id");
  }

  @AfterEach
  void drop() throws Exception {
    for (Connection connection : watching) {
      connection.close();
    }
    DrillCopies.drop(new Dumps(engine, database, work).target, left -> {});
    database.close();
  }

  private RunRecord run() {
    BackUp dump = backUp(into(work.resolve("vault")));
    Runbook drilled =
        runbook(
            "Drilled",
            gate("Backup", dump),
            gate("Proved", restoreDrill(dump).intoScratchDatabase().named("Drill")));
    return Runner.journalingTo(work.resolve("journals"))
        .withPoints(
            point -> {
              if (point.equals("Drill:drill.restored") && watching.isEmpty()) {
                watch();
              }
            })
        .run(Plan.of(drilled, dumps().target));
  }

  private void watch() {
    try {
      watching.add(
          DriverManager.getConnection(
              database.jdbcUrl().replace("/" + database.name(), "/" + copy()),
              database.account(),
              database.secret().reveal(String::new)));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String copy() throws Exception {
    return dumps().databaseLike("gatehouse\\_drill\\_%").orElseThrow();
  }

  @Test
  void a_proof_stands_although_the_copy_cannot_be_dropped() throws Exception {
    RunRecord record = run();
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.step("Drill").orElseThrow().evidence().orElseThrow().facts())
        .containsEntry("level", "L4 EQUAL");
    assertThat(record.step("Drill").orElseThrow().findings())
        .extracting(Finding::code)
        .containsExactly("drill.left");
    String copy = copy();
    assertThat(RunText.failure(record))
        .contains("'Drill' succeeded, but: the copy " + copy + " is still there")
        .contains("found     PSQLException: ERROR: must be a")
        .contains(" of " + database.account())
        .contains("remains   the copy " + copy + " is still there")
        .contains("            DROP DATABASE IF EXISTS " + copy + " WITH (FORCE)")
        .contains("exit      0");
  }

  @Test
  void the_next_drill_drops_it() throws Exception {
    run();
    watching.get(0).close();
    RunRecord second = run();
    assertThat(second.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(second.step("Drill").orElseThrow().findings()).isEmpty();
    assertThat(dumps().databaseLike("gatehouse\\_drill\\_%")).isEmpty();
  }

  /** Advisory locks are of one database, and a drill may begin in any. */
  @Test
  void one_that_began_in_another_database_drops_it_unless_it_is_under_way() throws Exception {
    run();
    watching.get(0).close();
    String copy = copy();
    try (TestDatabase other = engine.database();
        Connection session = database.connect()) {
      assertThat(DrillCopies.tryLock(session, copy)).isTrue();
      Dumps elsewhere = new Dumps(engine, other, work);
      List<Finding> told = new ArrayList<>();
      DrillCopies.drop(elsewhere.target, told::add);
      assertThat(copy()).as("its drill lives").isEqualTo(copy);
      Queries.run(session, "SELECT pg_advisory_unlock_all()");
      DrillCopies.drop(elsewhere.target, told::add);
      assertThat(told).isEmpty();
      assertThat(dumps().databaseLike("gatehouse\\_drill\\_%")).isEmpty();
    }
  }

  /** Its name alone, its comment alone, or both nearly: somebody else's. */
  @Test
  void what_only_looks_like_ours_is_left_alone() throws Exception {
    String ours = "restore drill of Gatehouse, begun in database x";
    List<String> names =
        List.of(
            "gatehouse_drill_0123456789abcdef",
            "gatehouse_drill_0123456789abcde",
            "my_gatehouse_drill_0123456789abcdef",
            "gatehouse_drill_fedcba9876543210");
    List<String> comments = List.of("", ours, ours, "not a " + ours);
    try {
      for (int i = 0; i < names.size(); i++) {
        database.run("CREATE DATABASE " + names.get(i) + " OWNER " + account.name());
        if (!comments.get(i).isEmpty()) {
          database.run("COMMENT ON DATABASE " + names.get(i) + " IS '" + comments.get(i) + "'");
        }
      }
      assertThat(DrillCopies.drop(dumps().target, left -> {})).isEmpty();
      for (String name : names) {
        assertThat(dumps().databaseLike(name)).as(name).isPresent();
      }
      database.run("COMMENT ON DATABASE " + names.get(0) + " IS '" + ours + "'");
      assertThat(DrillCopies.drop(dumps().target, left -> {})).containsExactly(names.get(0));
    } finally {
      for (String name : names) {
        database.run("DROP DATABASE IF EXISTS " + name);
      }
    }
  }

  /** What was found out first is told first, and what is left is told as well. */
  @Test
  void a_failure_is_not_hidden_by_that_of_the_drop() throws Exception {
    dumps()
        .execute(
            "SET ROLE " + account.name(),
            "CREATE FUNCTION many() RETURNS bigint STABLE LANGUAGE plpgsql AS"
                + " $$BEGIN PERFORM pg_sleep(0); RETURN (SELECT count(*) FROM item); END$$",
            "CREATE MATERIALIZED VIEW counted AS SELECT many()");
    BackUp dump = backUp(into(work.resolve("vault")));
    Runbook drilled =
        runbook(
            "Drilled",
            gate("Backup", dump),
            gate("Proved", restoreDrill(dump).intoScratchDatabase().named("Drill")));
    RunRecord record =
        Runner.journalingTo(work.resolve("journals"))
            .withPoints(
                point -> {
                  if (point.equals("Drill:drill.created")) {
                    watch();
                  }
                })
            .run(Plan.of(drilled, dumps().target));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    List<Finding> findings = record.step("Drill").orElseThrow().findings();
    assertThat(findings).hasSize(2);
    assertThat(findings.get(0).found()).contains("relation \"item\" does not exist");
    assertThat(findings.get(1).code()).isEqualTo("drill.left");
    assertThat(RunText.failure(record)).contains("remains   the copy " + copy());
  }

  @Test
  void a_database_without_tables_can_pass_a_drill() throws Exception {
    dumps()
        .execute(
            "DROP TABLE item",
            "SET ROLE " + account.name(),
            "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    watching.add(database.connect());
    RunRecord record = run();
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.step("Drill").orElseThrow().evidence().orElseThrow().facts())
        .containsEntry("compared", "every definition; the backup holds no table")
        .containsEntry("tables", "0 of 0");
  }
}
