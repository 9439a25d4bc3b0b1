package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.outcome.Evidence;
import java.time.Duration;
import java.time.Instant;

/**
 * What was seen so far; it travels in the journal.
 *
 * @param watched time between good samples, and within them
 * @param good samples in which all held
 * @param silent samples that could not tell, in all
 * @param silentInARow those since the last good one
 * @param slow samples that took longer than the interval
 * @param ended end of the last one, good or silent
 */
record Samples(Duration watched, int good, int silent, int silentInARow, int slow, Instant ended) {
  static final Samples NONE = new Samples(Duration.ZERO, 0, 0, 0, 0, Instant.MIN);

  private static final String WATCHED = "watched milliseconds";
  private static final String GOOD = "good samples";
  private static final String SILENT = "silent samples";
  private static final String IN_A_ROW = "silent in a row";
  private static final String SLOW = "samples longer than the interval";
  private static final String ENDED = "last sample";

  static Samples of(Evidence told) {
    return new Samples(
        Duration.ofMillis(number(told, WATCHED)),
        (int) number(told, GOOD),
        (int) number(told, SILENT),
        (int) number(told, IN_A_ROW),
        (int) number(told, SLOW),
        told.fact(ENDED).map(Instant::parse).orElse(Instant.MIN));
  }

  private static long number(Evidence told, String fact) {
    return Long.parseLong(told.fact(fact).orElse("0"));
  }

  /** As it is read back, letter by letter. */
  Evidence told(Evidence evidence) {
    Evidence told =
        evidence
            .keeping(WATCHED, watched.toMillis())
            .keeping(GOOD, good)
            .keeping(SILENT, silent)
            .keeping(IN_A_ROW, silentInARow)
            .keeping(SLOW, slow);
    return ended.equals(Instant.MIN) ? told : told.keeping(ENDED, ended);
  }

  /** With one more; a clock that was set back adds nothing. */
  Samples and(Instant begun, Instant end, boolean told, Duration every) {
    Duration took = end.isBefore(begun) ? Duration.ZERO : Duration.between(begun, end);
    int slower = slow + (took.compareTo(every) > 0 ? 1 : 0);
    if (!told) {
      return new Samples(watched, good, silent + 1, silentInARow + 1, slower, end);
    }
    Duration most = every.multipliedBy(2);
    Duration counted = watched.plus(took.compareTo(most) < 0 ? took : most);
    boolean seenBefore = good > 0 && silentInARow == 0 && !begun.isBefore(ended);
    if (seenBefore && Duration.between(ended, begun).compareTo(most) <= 0) {
      counted = counted.plus(Duration.between(ended, begun));
    }
    return new Samples(counted, good + 1, silent, 0, slower, end);
  }
}
