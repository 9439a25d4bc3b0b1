package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The check that tells whether something outside of the database took effect, if there is one.
 *
 * <p>Immutable.
 *
 * @param before whether it is asked before as well
 * @since 0.1
 */
public record Proof(Optional<Check> check, boolean before) {
  /** Nothing tells. */
  public static final Proof NONE = new Proof(Optional.empty(), false);

  private static final long LOOK_MILLIS = 100;

  /** That check tells afterwards. */
  public static Proof by(Check check) {
    return new Proof(Optional.of(check), false);
  }

  /** The same, asked before as well: what is so already is neither done nor undone. */
  public static Proof beforeToo(Check check) {
    return new Proof(Optional.of(check), true);
  }

  /** Steps whose results it uses. */
  public List<Step> refersTo() {
    return check.map(Check::refersTo).orElse(List.of());
  }

  /** Secrets it works with. */
  public List<Secret> secrets() {
    return check.map(Check::secrets).orElse(List.of());
  }

  /** What it compares, as {@link dev.gatehouse.core.model.Effect#comparison} says it. */
  public Optional<String> comparison() {
    return check.map(by -> "by '" + by.name() + "'");
  }

  /** What it looks at; plans it. */
  public List<String> preview(CheckContext reading) throws Exception {
    List<String> lines = new ArrayList<>();
    if (check.isPresent()) {
      lines.add("proven by " + check.get().name() + ":");
      lines.addAll(check.get().plan(reading));
      if (before) {
        lines.add("where that is so before, nothing is done or undone");
      }
    }
    return lines;
  }

  /**
   * What it shows where it passes already; empty where it does not, or where there is none.
   *
   * @throws StepFailed when it cannot tell: then nobody could say later whose work it was
   */
  public Optional<Evidence> foundSo(CheckContext reading) throws Exception {
    if (check.isEmpty() || !before) {
      return Optional.empty();
    }
    Outcome outcome = check.get().evaluate(reading);
    if (outcome instanceof Outcome.Inconclusive unknown) {
      throw new StepFailed(unknown.findings());
    }
    return outcome instanceof Outcome.Passed passed
        ? Optional.of(
            passed.evidence().with("found", "it was so before: nothing is done or undone"))
        : Optional.empty();
  }

  /**
   * Goes on only if it passes: what ended as it should, and is not shown, is no proof that nothing
   * was done.
   */
  public void require(EffectContext working) throws Exception {
    if (check.isEmpty()) {
      return;
    }
    try {
      working.require(check.get());
    } catch (StepFailed unproved) {
      throw new StepFailed(unproved.findings(), Ending.RETURNED);
    }
  }

  /** What it shows as soon as it passes; empty when it does not within that time. */
  public Optional<Evidence> await(EffectContext working, Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (check.isPresent()) {
      if (check.get().evaluate(working) instanceof Outcome.Passed passed) {
        return Optional.of(passed.evidence());
      }
      if (System.nanoTime() - end >= 0) {
        return Optional.empty();
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return Optional.empty();
  }

  /**
   * What it tells after a crash, or after an end that nobody saw.
   *
   * @param without why nobody can tell where there is none
   */
  public ProbeResult probe(CheckContext reading, String without) throws Exception {
    if (check.isEmpty()) {
      return new ProbeResult(ProbeResult.Kind.UNKNOWN, without, reading.evidence());
    }
    Outcome outcome = check.get().evaluate(reading);
    String because = "'" + check.get().name() + "' says " + outcome.status();
    if (outcome instanceof Outcome.Passed passed) {
      return new ProbeResult(ProbeResult.Kind.APPLIED, because, passed.evidence());
    }
    return new ProbeResult(
        outcome instanceof Outcome.Failed ? ProbeResult.Kind.NOT_APPLIED : ProbeResult.Kind.UNKNOWN,
        because,
        reading.evidence());
  }
}
