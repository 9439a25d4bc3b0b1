package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A runbook on this product: what it lacks is refused while planning, what it has is run. */
interface PlanningFacet extends Facet {

  /** Asks for a capability, as a verb does. */
  record Asking(String name, String capability) implements Check {
    @Override
    public List<String> plan(Reading reading) {
      String dialect = reading.target().dialect().name();
      capabilities(reading.target())
          .getOrDefault(capability, Optional.empty())
          .orElseThrow(
              () ->
                  new Refusal(
                      Finding.of("capability.missing", dialect + " has no " + capability)
                          .withFix("leave the step out for " + dialect)));
      return List.of("use " + capability);
    }

    @Override
    public Outcome evaluate(Reading reading) {
      return Outcome.passed(reading.evidence());
    }
  }

  private static Map<String, Optional<?>> capabilities(Target target) {
    Map<String, Optional<?>> all = new LinkedHashMap<>();
    all.put("scripts", target.dialect().scripts());
    all.put("backups", target.dialect().backups());
    all.put("privileges", target.dialect().privileges());
    return all;
  }

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
    capabilities(target)
        .forEach(
            (capability, there) -> {
              Runbook runbook = runbook(insert(4), new Asking("needs " + capability, capability));
              if (there.isPresent()) {
                assertThat(Plan.of(runbook, target).toString()).contains("use " + capability);
              } else {
                assertThatThrownBy(() -> Plan.of(runbook, target))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("needs " + capability)
                    .hasMessageContaining(dialect().name() + " has no " + capability);
              }
            });
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
