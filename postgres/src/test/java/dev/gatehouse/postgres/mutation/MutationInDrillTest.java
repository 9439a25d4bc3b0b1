package dev.gatehouse.postgres.mutation;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.backup.Dumps;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scratch database of a drill is the natural place: nobody has to mark it, and it goes. */
class MutationInDrillTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(MutationInDrillTest.class);
  private final MutationWorld world;

  MutationInDrillTest() throws Exception {
    world = new MutationWorld(engine);
    world.execute("ALTER DATABASE " + world.database.name() + " RESET gatehouse.disposable");
  }

  @AfterEach
  void drop() {
    world.close();
  }

  private RunRecord run(double score) throws Exception {
    BackUp dump = backUp(into(work.resolve("vault"))).named("Dump");
    return Runner.journalingTo(work.resolve("journals"))
        .run(
            Plan.of(
                runbook(
                    "Mutated",
                    gate("Backup", dump),
                    gate(
                        "Expectations",
                        restoreDrill(dump)
                            .intoScratchDatabase()
                            .proving(
                                world
                                    .against(grantee(world.role).hasNoEscalation())
                                    .requireScore(score)
                                    .named("Mutants"))
                            .named("Drill"))),
                new Dumps(engine, world.database, work).target));
  }

  @Test
  void a_score_is_had_on_the_restored_copy_and_reported_with_the_drill() throws Exception {
    RunRecord record = run(0.01);
    assertThat(record.state())
        .as(record.step("Drill").orElseThrow().findings().toString())
        .isEqualTo(RunState.SUCCEEDED);
    Map<String, String> facts = record.step("Drill").orElseThrow().evidence().orElseThrow().facts();
    assertThat(facts).containsEntry("Mutants: killed", "9").containsKeys("level", "seconds");
    assertThat(new Dumps(engine, world.database, work).databaseLike("gatehouse_drill_%")).isEmpty();
  }

  @Test
  @Tag("nightly")
  void a_score_that_is_too_low_fails_the_drill_with_the_questions() throws Exception {
    RunRecord record = run(0.95);
    assertThat(record.state()).isNotEqualTo(RunState.SUCCEEDED);
    assertThat(record.step("Drill").orElseThrow().findings().toString())
        .contains(
            "'Mutants' did not pass on the restored copy", "mutation.score", "nobody noticed");
    assertThat(new Dumps(engine, world.database, work).databaseLike("gatehouse_drill_%")).isEmpty();
  }
}
