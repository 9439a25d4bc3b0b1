package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import java.nio.file.Path;
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
  default void what_a_run_of_the_same_plan_committed_before_is_told_while_planning()
      throws Exception {
    filled();
    Plan first = Plan.of(runbook(insert(4)), target());
    assertThat(first.full()).doesNotContain("UNKNOWN whether it is in effect");
    String run = run(insert(4)).run();
    Plan again = Plan.of(runbook(insert(4)), target());
    assertThat(again.full())
        .contains(
            "UNKNOWN whether it is in effect already: run "
                + run
                + " committed it by this same plan, and no undo left its marker");
    assertThat(again.digest()).as("a run that waits is resumed by it").isEqualTo(first.digest());
    assertThat(Plan.of(runbook(insert(5)), target()).full())
        .as("another plan")
        .doesNotContain("UNKNOWN whether it is in effect");
  }

  @Test
  default void what_was_undone_is_not_told_to_be_in_effect() throws Exception {
    filled();
    Change undoable =
        Steps.transactional(
                "insert 4",
                working -> Sql.run(working.connection(), subject().insert(4, "by a run")))
            .undoneBy(
                Steps.transactional(
                        "delete 4",
                        working ->
                            Sql.run(
                                working.connection(),
                                "DELETE FROM " + DialectSubject.TABLE + " WHERE id = 4"))
                    .cannotBeUndone("it is an undo"));
    assertThat(run(undoable, Steps.failing("smoke")).state()).isEqualTo(RunState.UNDONE);
    assertThat(Plan.of(runbook(undoable, Steps.failing("smoke")), target()).full())
        .doesNotContain("UNKNOWN whether it is in effect");
  }

  /** What became of it nobody can say, and nobody has. */
  private static Change doubtful(boolean inTarget) {
    return Steps.external(
            "doubtful",
            inTarget,
            working -> {
              throw new IllegalStateException("cut off");
            },
            key -> ProbeResult.Kind.UNKNOWN)
        .cannotBeUndone("a contract's own database");
  }

  private static Runbook called(String name, Step... steps) {
    return new Runbook(name, runbook(steps).gates(), List.of());
  }

  @Test
  default void while_a_run_is_in_doubt_no_other_writes_to_the_database() throws Exception {
    filled();
    Runner runner = Runner.journalingTo(subject().scratch().resolve("doubts"));
    RunRecord doubt = runner.run(Plan.of(called("deploy", doubtful(true)), target()));
    assertThat(doubt.state()).isEqualTo(RunState.IN_DOUBT);
    for (Runbook book :
        List.of(
            called("deploy", doubtful(true)),
            called("deploy", Steps.passing("look")),
            called("repair", Steps.passing("look"), insert(4)))) {
      Plan plan = Plan.of(book, target());
      assertThatThrownBy(() -> runner.start(plan))
          .as(book.toString())
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("run " + doubt.run() + " is IN_DOUBT, 'doubtful' is perhaps in")
          .hasMessageContaining("run.in-doubt");
    }
    assertThat(committedRows()).isEqualTo(3);
    runner.run(Plan.of(called("nightly", Steps.passing("look"), doubtful(false)), target()));
    runner.startAnother(Plan.of(called("repair", insert(4)), target())).close();
    Path journal =
        runner.unfinished().stream()
            .filter(one -> one.record().orElseThrow().run().equals(doubt.run()))
            .findFirst()
            .orElseThrow()
            .journal();
    try (Run resumed = runner.resume(called("deploy", doubtful(true)), target(), journal)) {
      resumed.advance();
      resumed.resolve("doubtful", ProbeResult.Kind.NOT_APPLIED, "ada", "looked");
      resumed.abort("ada", "it is not there");
      resumed.toEnd();
    }
    runner.start(Plan.of(called("deploy", doubtful(true)), target())).close();
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
