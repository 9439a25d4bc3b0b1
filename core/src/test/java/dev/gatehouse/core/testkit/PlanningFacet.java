package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A runbook on this product: what it lacks is refused while planning, what it has is run. */
public interface PlanningFacet extends Facet {

  private static Runbook runbook(Step... steps) {
    return new Runbook("contract", List.of(new Gate("gate", List.of(steps))), List.of());
  }

  private Change insert(int id) {
    return Steps.transactional(
            "insert " + id,
            working -> Sql.run(working.connection(), subject().insert(id, "by a run")))
        .cannotBeUndone("a contract's own database");
  }

  @Test
  default void what_it_lacks_is_refused_while_planning_and_what_it_has_is_not() throws Exception {
    Target target = filled();
    String before = subject().state(target);
    for (Asking.Capability capability : Asking.Capability.values()) {
      Asking.refusedWhilePlanning(capability, target);
    }
    Plan.of(runbook(insert(4)), target);
    assertThat(subject().state(target)).as("planning changed nothing").isEqualTo(before);
  }

  private RunRecord run(Step... steps) {
    return Runner.journalingTo(subject().scratch().resolve("journals"))
        .run(Plan.of(runbook(steps), target()));
  }

  @Test
  default void a_run_commits_each_effect_once() throws Exception {
    filled();
    assertThat(run(insert(4), insert(5)).state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(committedRows()).isEqualTo(5);
  }

  @Test
  default void a_step_that_fails_leaves_nothing_of_itself() throws Exception {
    filled();
    Change twice =
        Steps.transactional(
                "insert twice",
                working -> {
                  Sql.run(working.connection(), subject().insert(4, "by a run"));
                  Sql.run(working.connection(), subject().insert(4, "the same key"));
                })
            .cannotBeUndone("a contract's own database");
    assertThat(run(twice).state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(committedRows()).isEqualTo(3);
  }
}
