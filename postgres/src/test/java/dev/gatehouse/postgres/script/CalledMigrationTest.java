package dev.gatehouse.postgres.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A migration tool called within a run: flyway#1654 and others hang in CREATE INDEX CONCURRENTLY,
 * which waits for every other transaction, when whoever calls it keeps one open.
 */
@Timeout(60)
class CalledMigrationTest {

  @Test
  void an_index_is_built_concurrently_while_guards_look(@TempDir Path work) throws Exception {
    try (TestDatabase database =
        EngineUnderTest.onePostgres(CalledMigrationTest.class).database()) {
      database.run("CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id");
      var book =
          runbook(
                  "Migrate",
                  gate("Before", noRows("select 1 from orders where id < 0").named("before")),
                  gate(
                      "Migrated",
                      call(
                              "migrate",
                              () -> database.run("CREATE INDEX CONCURRENTLY by_id ON orders (id)"))
                          .provenBy(
                              noRows(
                                      "select 1 where not exists (select from pg_index where"
                                          + " indexrelid = to_regclass('by_id') and indisvalid)")
                                  .named("valid"))
                          .cannotBeUndone("test")))
              .guardedBy(
                  Guard.of(
                      noRows("select 1 from orders where id < 0").named("watched"),
                      Duration.ofMillis(200)));
      assertThat(Runner.journalingTo(work).run(Plan.of(book, Targets.of(database))).state())
          .isEqualTo(RunState.SUCCEEDED);
    }
  }
}
