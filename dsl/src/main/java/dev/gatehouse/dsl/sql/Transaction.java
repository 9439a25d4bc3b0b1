package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.core.dialect.TimeLimits.Limits;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.words.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Parts that are applied all or not at all, bound to a target.
 *
 * @param limiting sets the limits; absent when there are none to set
 * @param attempts how often it is tried while others stand in its way
 */
record Transaction(
    List<TransactionPart.Pinned> pinned, Limits limits, Optional<TimeLimits> limiting, int attempts)
    implements Effect.InTransaction {
  private static final int MOST_ATTEMPTS = 20;

  /** What a change of these parts is called when nobody names it. */
  static String words(List<TransactionPart> parts) {
    String words = String.join(", ", parts.stream().map(Object::toString).toList());
    return Names.of("in one transaction: " + words);
  }

  static List<Secret> secrets(List<TransactionPart> parts) {
    return steps(parts).flatMap(step -> step.secrets().stream()).toList();
  }

  static List<Step> needed(List<TransactionPart> parts) {
    return steps(parts).flatMap(step -> step.refersTo().stream()).distinct().toList();
  }

  private static Stream<Step> steps(List<TransactionPart> parts) {
    return parts.stream().filter(Step.class::isInstance).map(Step.class::cast);
  }

  static Transaction bind(
      List<TransactionPart> parts, Limits limits, int attempts, CheckContext reading)
      throws Exception {
    Optional<TimeLimits> limiting = limiting(reading, limits);
    List<TransactionPart.Pinned> pinned = new ArrayList<>();
    CheckContext before = reading;
    for (TransactionPart part : parts) {
      pinned.add(part.pin(before));
      if (!(part instanceof Check)) {
        before = new BehindStatements(reading);
      }
    }
    return new Transaction(List.copyOf(pinned), limits, limiting, attempts);
  }

  /** What sets the limits; absent when there are none to set. */
  static Optional<TimeLimits> limiting(CheckContext reading, Limits limits) {
    if (limits.equals(Limits.NONE)) {
      return Optional.empty();
    }
    Optional<TimeLimits> limiting = reading.target().dialect().limits();
    if (limiting.isEmpty()) {
      throw new Refusal(
          Finding.of("dialect.no-limits", "locks and statements cannot be limited in time here")
              .withExpected("a dialect whose sessions have such limits")
              .withFound(reading.target().dialect().name() + " has none")
              .withFix("take withLockTimeout and withStatementTimeout out for this target"));
    }
    return limiting;
  }

  /** The line that says it; none when it is tried once. */
  static List<String> retried(int attempts) {
    return attempts == 1
        ? List.of()
        : List.of("-- tried up to " + attempts + " times while others stand in its way");
  }

  /**
   * @throws IllegalArgumentException when that is not a number of attempts anybody wants
   */
  static int attempts(int attempts) {
    if (attempts < 2 || attempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException(
          "attempts is " + attempts + ": give 2 to " + MOST_ATTEMPTS + ", the first included");
    }
    return attempts;
  }

  @Override
  public List<String> preview() {
    Stream<String> limited = limiting.stream().flatMap(by -> by.preview(limits).stream());
    Stream<String> first = Stream.concat(retried(attempts).stream(), limited);
    return Stream.concat(first, pinned.stream().flatMap(part -> part.preview().stream())).toList();
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    if (limiting.isPresent()) {
      limiting.get().impose(working.connection(), limits);
    }
    long changed = 0;
    try (Others others = Others.around(working, attempts)) {
      try {
        for (TransactionPart.Pinned part : pinned) {
          working.progress().continuing();
          changed += part.apply(working);
        }
      } catch (StepFailed failed) {
        throw others.told(failed);
      }
    }
    return working.evidence().with("parts", pinned.size()).with("rowsChanged", changed);
  }
}
