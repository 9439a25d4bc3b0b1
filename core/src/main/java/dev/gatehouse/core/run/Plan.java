package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency.Past;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.report.PlanText;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A runbook bound to a live target: every step was asked what it would do, and none refused.
 * Nothing was executed. Printing it shows the exact SQL and commands; its digest binds journals and
 * approvals to it.
 *
 * <p>Immutable and thread-safe. Reads the target; the account needs what the checks read.
 *
 * @since 0.1
 */
public final class Plan {
  private final Runbook runbook;
  private final Target target;
  private final Outline outline;
  private final String digest;
  private final List<BoundStep> steps;
  private final Scrubber scrubber;
  private final Past past;

  Plan(
      Runbook runbook,
      Target target,
      Outline outline,
      String digest,
      List<BoundStep> steps,
      Scrubber scrubber,
      Past past) {
    this.runbook = runbook;
    this.target = target;
    this.outline = outline;
    this.digest = digest;
    this.steps = List.copyOf(steps);
    this.scrubber = scrubber;
    this.past = past;
  }

  /**
   * Plans the runbook for the target.
   *
   * @throws dev.gatehouse.core.outcome.Refusal naming every step that can never succeed there
   */
  public static Plan of(Runbook runbook, Target target) {
    return of(runbook, target, InstantSource.system());
  }

  /** Plans the runbook for the target, by that clock. */
  public static Plan of(Runbook runbook, Target target, InstantSource clock) {
    return new Planner(runbook, target, clock, Optional.empty()).plan();
  }

  /** Plans it again for a run that has begun. */
  static Plan resuming(Runbook runbook, Target target, InstantSource clock, Outline begun) {
    return new Planner(runbook, target, clock, Optional.of(begun)).plan();
  }

  /** The runbook. */
  public Runbook runbook() {
    return runbook;
  }

  /** The target. */
  public Target target() {
    return target;
  }

  /** What it says, as values. */
  public Outline outline() {
    return outline;
  }

  /** {@code sha256:} and 64 hex digits over runbook, parameters, script contents and target. */
  public String digest() {
    return digest;
  }

  /** 2 when it would change something, 0 when it only reads. */
  public int exitCode() {
    return outline.steps().stream().anyMatch(Outline.StepLine::changes) ? 2 : 0;
  }

  List<BoundStep> steps() {
    return steps;
  }

  BoundStep step(String name) {
    return steps.stream().filter(step -> step.name().equals(name)).findFirst().orElseThrow();
  }

  Scrubber scrubber() {
    return scrubber;
  }

  /** Which runs the target had seen when it was planned for it. */
  Past past() {
    return past;
  }

  /** The whole plan, with all SQL and all commands; {@link #toString} folds what is long. */
  public String full() {
    return PlanText.full(outline, digest);
  }

  @Override
  public String toString() {
    return PlanText.of(outline, digest);
  }
}
