package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of backup, drill and restore in runs on a real server. */
class RestoreRunTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(RestoreRunTest.class);
  private final TestDatabase database = engine.database();

  @BeforeEach
  void fill() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE item (id serial PRIMARY KEY, label text)",
            "INSERT INTO item (label) SELECT 'item ' || i FROM generate_series(1, 500) i");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private RunRecord run(Runbook runbook) {
    return Runner.journalingTo(work.resolve("journals")).run(Plan.of(runbook, dumps().target));
  }

  @Test
  void a_backup_is_taken_proved_by_a_drill_and_restored_in_place() throws Exception {
    BackUp dump = backUp(into(work.resolve("vault"))).named("Dump");
    Content before = dumps().content();
    RunRecord first =
        run(
            runbook(
                "Proved",
                gate("Backup", dump),
                gate(
                    "Restore proved",
                    restoreDrill(dump).intoScratchDatabase().named("Drill"),
                    restoreDrill(dump).into(dumps().target).named("Drill elsewhere"))));
    assertThat(first.state()).isEqualTo(RunState.SUCCEEDED);
    StepRecord drill =
        first.steps().stream().filter(s -> s.name().equals("Drill")).findFirst().orElseThrow();
    assertThat(drill.evidence().orElseThrow().fact("level")).contains("L4 EQUAL");

    BackUp second = backUp(into(work.resolve("vault"))).inParallel(2).named("Dump");
    RunRecord restored =
        run(
            runbook(
                "Restored",
                gate("Backup", second),
                gate("Back", restore(second).named("Restore"))));
    assertThat(restored.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(before.differences(dumps().content())).isEmpty();
    assertThat(dumps().vault.artifacts()).as("two dumps and a safety backup").hasSize(3);
  }

  @Test
  void while_others_are_connected_a_restore_is_refused_and_the_target_is_left_alone()
      throws Exception {
    BackUp dump = backUp(into(work.resolve("vault"))).named("Dump");
    Runbook runbook =
        runbook("Restored", gate("Backup", dump), gate("Back", restore(dump).named("Restore")));
    Content before = dumps().content();
    try (var other = database.connect()) {
      Queries.run(other, "SET application_name = 'the shop'");
      RunRecord refused = run(runbook);
      assertThat(refused.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(refused.step("Restore").orElseThrow().findings())
          .singleElement()
          .satisfies(finding -> assertThat(finding.found()).contains("the shop, idle"));
    }
    assertThat(before.differences(dumps().content())).isEmpty();
    try (var other = database.connect()) {
      Queries.run(other, "SET application_name = 'the shop'");
      RunRecord ended =
          run(
              runbook(
                  "Restored with force",
                  gate("Backup", dump),
                  gate("Back", restore(dump).endingSessions().named("Restore"))));
      assertThat(ended.state()).isEqualTo(RunState.SUCCEEDED);
    }
  }

  @Test
  void a_directory_is_no_place_for_a_drill() {
    BackUp dump = backUp(into(work.resolve("vault"))).named("Dump");
    Runbook runbook =
        runbook("Drill", gate("Backup", dump), gate("Proved", restoreDrill(dump).into(work)));
    assertThatThrownBy(() -> Plan.of(runbook, dumps().target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a drill of PostgreSQL takes place in a database")
        .hasMessageContaining("intoScratchDatabase()");
  }
}
