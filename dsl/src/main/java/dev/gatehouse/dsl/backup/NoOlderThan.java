package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The age of what an earlier step reported, asked again right up to the commit. */
public record NoOlderThan(Duration limit, Step step) implements Check {

  /** Evidence from the future means that a clock was moved; a little is rounding. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  public NoOlderThan {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException("limit is " + limit + ": above zero");
    }
  }

  @Override
  public String name() {
    return "no older than " + Names.print(limit) + ": " + step.name();
  }

  @Override
  public List<Step> refersTo() {
    return List.of(step);
  }

  @Override
  public boolean standing() {
    return true;
  }

  @Override
  public List<String> plan(CheckContext reading) {
    return List.of("the age of what '" + step.name() + "' reports, at most " + Names.print(limit));
  }

  @Override
  public Outcome evaluate(CheckContext reading) {
    Optional<Evidence> evidence = reading.evidenceOf(step);
    if (evidence.isEmpty()) {
      return Outcome.inconclusive(
          Finding.of("evidence.none", "'" + step.name() + "' has reported nothing yet")
              .withExpected("evidence no older than " + Names.print(limit))
              .withFound("none")
              .withFix("put '" + step.name() + "' before this check"));
    }
    return judged(
        evidence.get().takenAt(),
        limit,
        reading.now(),
        "what '" + step.name() + "' reported",
        "start a new run, so that '" + step.name() + "' is done afresh");
  }

  /**
   * By its age.
   *
   * @param what in words, the subject of a sentence
   * @param fresh how to have a newer one
   */
  static Outcome judged(Instant taken, Duration limit, Instant now, String what, String fresh) {
    if (taken.isAfter(now.plus(TOLERANCE))) {
      return Outcome.inconclusive(
          Finding.of("evidence.future", what + " is from the future")
              .withExpected("evidence taken before " + now)
              .withFound(taken.toString())
              .withFix("set the clock right, then take the evidence again"));
    }
    Duration age = Evidence.at(taken).age(now);
    Evidence mine = Evidence.at(now).with("takenAt", taken).with("ageSeconds", age.toSeconds());
    if (age.compareTo(limit) <= 0) {
      return Outcome.passed(mine);
    }
    return Outcome.failed(
        Finding.of("evidence.stale", what + " is too old")
            .withExpected("no older than " + Names.print(limit))
            .withFound(Names.print(age.truncatedTo(ChronoUnit.SECONDS)) + " old, from " + taken)
            .withFix(fresh),
        mine);
  }

  @Override
  public String toString() {
    return name();
  }
}
