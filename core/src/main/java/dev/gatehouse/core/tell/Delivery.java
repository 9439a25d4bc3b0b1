package dev.gatehouse.core.tell;

import dev.gatehouse.core.outcome.Finding;
import java.time.Duration;
import java.util.Optional;

/**
 * What came of an attempt to tell.
 *
 * @param kind what it was
 * @param problem why it was not told
 * @param again how long to wait before the next attempt, where the other side says so
 * @since 0.1
 */
public record Delivery(Kind kind, Optional<Finding> problem, Optional<Duration> again) {

  /** How it ended. */
  public enum Kind {
    /** The other side has it. */
    TOLD,
    /** Not now, or nobody knows: to be told again. */
    LATER,
    /** Never: these notices are passed over, and the journal says so. */
    REFUSED
  }

  /** The other side has it. */
  public static Delivery told() {
    return new Delivery(Kind.TOLD, Optional.empty(), Optional.empty());
  }

  /** Not told, as far as anybody knows; tried again after a while that grows. */
  public static Delivery later(Finding problem) {
    return new Delivery(Kind.LATER, Optional.of(problem), Optional.empty());
  }

  /** Not told; tried again after that time, a minute at most. */
  public static Delivery later(Finding problem, Duration again) {
    return new Delivery(Kind.LATER, Optional.of(problem), Optional.of(again));
  }

  /** Not told, and trying again would change nothing. */
  public static Delivery refused(Finding problem) {
    return new Delivery(Kind.REFUSED, Optional.of(problem), Optional.empty());
  }
}
