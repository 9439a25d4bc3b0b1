package dev.gatehouse.postgres.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A DELETE of one row said "1 row", and three went with it. */
class ChangedRowsTest {
  private static final String MORE =
      " rows more than its statements tell (references, triggers, functions, WITH, rows that moved"
          + " to another partition): ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE FROM parent WHERE id = 1 | 3 | public.child 3 deleted, public.parent 1 deleted",
        "UPDATE parent SET id = 3 WHERE id = 2 | 1 | public.child 1 updated, public.parent 1 updated",
        "INSERT INTO orders VALUES (1), (2) | 2 | public.audit 2 inserted, public.orders 2 inserted",
        "SELECT forget() | 2 | public.child 2 deleted",
        "WITH gone AS (DELETE FROM child WHERE parent_id = 1 RETURNING 7) INSERT INTO audit SELECT"
            + " now() FROM gone | 3 | public.audit 3 inserted, public.child 3 deleted",
        "INSERT INTO parent SELECT 10 + i FROM generate_series(1, 5) i; DELETE FROM parent WHERE id"
            + " > 12 | |",
        "CREATE TABLE copy AS SELECT * FROM child; UPDATE copy SET parent_id = 1 | |",
        "ALTER TABLE child ADD COLUMN x int DEFAULT random() * 10; TRUNCATE child | |",
      })
  void rows_that_go_with_others_are_told(
      String statements, String more, String tables, @TempDir Path work) throws Exception {
    try (TestDatabase database = EngineUnderTest.onePostgres(ChangedRowsTest.class).database()) {
      tables(database);
      assertThat(besides(database, statements, work))
          .isEqualTo(more == null ? "" : "sql: " + more + MORE + tables);
    }
  }

  /** Nothing told would be read as nothing changed. */
  @Test
  void a_server_that_does_not_count_is_told(@TempDir Path work) throws Exception {
    try (TestDatabase database = EngineUnderTest.onePostgres(ChangedRowsTest.class).database()) {
      tables(database);
      database.run("ALTER DATABASE \"" + database.name() + "\" SET track_counts = off");
      assertThat(besides(database, "DELETE FROM parent WHERE id = 1", work))
          .isEqualTo("sql: what references and triggers changed is not known: track_counts is off");
    }
  }

  private static void tables(TestDatabase database) throws SQLException {
    database.run("CREATE TABLE parent (id int PRIMARY KEY)");
    database.run(
        "CREATE TABLE child (parent_id int REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE)");
    database.run("INSERT INTO parent VALUES (1), (2)");
    database.run("INSERT INTO child VALUES (1), (1), (1), (2)");
    database.run("CREATE TABLE audit (at timestamptz)");
    database.run("CREATE TABLE orders (id int)");
    database.run(
        "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " INSERT INTO audit VALUES (now()); RETURN NEW; END $$");
    database.run(
        "CREATE TRIGGER noted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noted()");
    database.run(
        "CREATE FUNCTION forget() RETURNS void LANGUAGE sql AS"
            + " 'DELETE FROM child WHERE ctid IN (SELECT ctid FROM child LIMIT 2)'");
  }

  private static String besides(TestDatabase database, String statements, Path work) {
    RunRecord record =
        Runner.journalingTo(work)
            .run(
                Plan.of(
                    runbook(
                        "rows",
                        gate("g", inOneTransaction(sql(statements)).cannotBeUndone("a test"))),
                    Targets.of(database)));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    return record.steps().get(0).evidence().orElseThrow().facts().getOrDefault("besides", "");
  }
}
