package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.passing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a step reported is there for its undo: a restore is undone from the backup it named. */
class UndoEvidenceTest {
  @TempDir Path journals;
  World world;

  /** What each attempt at the undo could read of the step it undoes. */
  private final List<String> read = new ArrayList<>();

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  private Change change(boolean breaks) {
    Step named = passing("change");
    return external(
            "change",
            working -> {
              world.dialect.doNow("change");
              if (breaks) {
                throw new IOException("after the fact");
              }
            },
            key -> ProbeResult.Kind.APPLIED)
        .undoneBy(
            external(
                "undo",
                working ->
                    read.add(
                        working
                            .evidenceOf(named)
                            .flatMap(evidence -> evidence.fact("did"))
                            .orElse("nothing")),
                key -> ProbeResult.Kind.NOT_APPLIED));
  }

  @Test
  void an_undo_reads_what_its_step_reported() {
    assertThat(world.run(change(false), failing("smoke")).state()).isEqualTo(RunState.UNDONE);
    assertThat(read).containsExactly("change");
  }

  @Test
  void an_undo_reads_what_the_world_tells_of_a_step_that_broke_after_it_took_effect() {
    assertThat(world.run(change(true)).state()).isEqualTo(RunState.UNDONE);
    assertThat(read).containsExactly("change");
  }

  @Test
  void an_undo_that_a_crash_cut_off_reads_it_again_and_checks_stay_as_they_were_answered() {
    Runbook runbook =
        new Runbook(
            "test",
            List.of(
                new Gate("change", List.of(change(false))),
                new Gate("checks", List.of(passing("before"), failing("smoke")))),
            List.of());
    Runner healthy = world.runner;
    List<String> intents = new ArrayList<>();
    world.runner =
        healthy.withPoints(
            point -> {
              if (point.equals("change:effect.applied")) {
                intents.add(point);
                if (intents.size() == 2) {
                  throw new Death();
                }
              }
            });
    Run killed = world.start(runbook);
    assertThatThrownBy(killed::toEnd).isInstanceOf(Death.class);
    killed.close();
    world.runner = healthy;
    try (Run run = world.resume(killed, runbook)) {
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(read).containsExactly("change", "change");
      assertThat(run.record().step("before").orElseThrow().state()).isEqualTo(StepState.PASSED);
      assertThat(run.record().step("smoke").orElseThrow().state()).isEqualTo(StepState.FAILED);
    }
  }
}
