package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.CheckText;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks bound to a live target and asked without a run: no journal, no lease, nothing kept. For
 * services that want an {@link Outcome}, and for test suites.
 *
 * <p>Each check is asked in a session of its own that cannot write, beside which those that try
 * things out open another and roll it back; and it sees what those asked before it have reported.
 * Guards are planned and not asked: they watch over a run.
 *
 * <p>Thread-safe; what is asked at the same time does not see what the other reports. Needs what
 * the checks need to read.
 *
 * @since 0.1
 */
public final class Inspection {

  /**
   * What one check answered.
   *
   * @param gate the name of its gate; empty when it was asked alone
   * @param text the whole message, as a run prints it; empty when the check holds
   */
  public record Answer(String gate, Check check, Outcome outcome, String text) {

    /** Whether a gate would open on it. */
    public boolean holds() {
      return outcome.status().opens();
    }
  }

  private final Plan plan;
  private final boolean alone;
  private final InstantSource clock;
  private final Map<String, Evidence> seen = new ConcurrentHashMap<>();

  private Inspection(Plan plan, boolean alone, InstantSource clock) {
    this.plan = plan;
    this.alone = alone;
    this.clock = clock;
  }

  /**
   * Plans the runbook for the target.
   *
   * @throws Refusal when a step is no check, and for every check that could never be answered there
   */
  public static Inspection of(Runbook runbook, Target target) {
    return planned(runbook, target, false, InstantSource.system());
  }

  /**
   * Plans the gate for the target.
   *
   * @throws Refusal when a step is no check, and for every check that could never be answered there
   */
  public static Inspection of(Gate gate, Target target) {
    return of(new Runbook(gate.name(), List.of(gate), List.of()), target);
  }

  /**
   * Plans the check for the target.
   *
   * @throws Refusal when it could never be answered there: no such role, a pattern that matches
   *     nothing, a product that has no such thing
   */
  public static Inspection of(Check check, Target target) {
    return of(check, target, InstantSource.system());
  }

  /** The same by that clock. */
  public static Inspection of(Check check, Target target, InstantSource clock) {
    Gate gate = new Gate(check.name(), List.of(check));
    return planned(new Runbook(check.name(), List.of(gate), List.of()), target, true, clock);
  }

  private static Inspection planned(
      Runbook runbook, Target target, boolean alone, InstantSource clock) {
    List<Finding> changes =
        runbook.gates().stream()
            .flatMap(gate -> gate.steps().stream().map(step -> noCheck(gate, step)))
            .flatMap(Optional::stream)
            .toList();
    if (!changes.isEmpty()) {
      throw Refusal.of(changes);
    }
    return new Inspection(Plan.of(runbook, target, clock), alone, clock);
  }

  private static Optional<Finding> noCheck(Gate gate, Step step) {
    if (step instanceof Check) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.of(
                "inspection.change",
                "step '" + step.name() + "' of gate '" + gate.name() + "' is no check")
            .withExpected("steps that only look: nothing is executed here")
            .withFound("a change")
            .withFix("take '" + step.name() + "' out, or execute it: Runner.run(plan)"));
  }

  /** What is asked, in order. */
  public Plan plan() {
    return plan;
  }

  /** Asks all of it, also behind what does not hold, so that everything can be mended in one go. */
  public List<Answer> answers() {
    return plan.runbook().steps().stream().map(step -> answer((Check) step)).toList();
  }

  /**
   * Asks one of its checks.
   *
   * @return never passed when it could not tell
   * @throws IllegalArgumentException when the check is none of those planned
   */
  public Answer answer(Check check) {
    BoundStep bound =
        plan.steps().stream()
            .filter(step -> step.step() == check)
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("check was not planned: " + check.name()));
    Stop stop = new Stop();
    Outcome outcome =
        plan.scrubber()
            .scrub(
                Checks.alone(plan.scrubber(), stop)
                    .evaluate(
                        check,
                        () ->
                            ReadingSession.of(
                                plan.target(),
                                clock,
                                plan.outline().fingerprint(),
                                step -> Optional.ofNullable(seen.get(step.name())))));
    if (stop.takeInterrupted()) {
      Thread.currentThread().interrupt();
    }
    if (outcome.status().opens()) {
      outcome.proof().ifPresent(proof -> seen.put(check.name(), proof));
    }
    String where = alone ? alone(check, outcome) : "gate '" + bound.gate() + "' did not open";
    return new Answer(
        alone ? "" : bound.gate(), check, outcome, CheckText.of(where, outcome, plan.outline()));
  }

  private static String alone(Check check, Outcome outcome) {
    String known = outcome instanceof Outcome.Failed ? "does not hold" : "is not known to hold";
    return "'" + check.name() + "' " + known;
  }
}
