package dev.gatehouse.core.model;

import java.time.Duration;

/**
 * What somebody owes after a run. It opens and closes no gate.
 *
 * <p>Immutable.
 *
 * @param what is to be done
 * @param by role or name of whom
 * @param within time from the end of the run
 * @since 0.1
 */
public record FollowUp(String what, String by, Duration within) {

  /**
   * @throws IllegalArgumentException when a text is blank or the time is not above zero
   */
  public FollowUp {
    if (what.isBlank() || by.isBlank()) {
      throw new IllegalArgumentException(
          "a follow-up is blank: say what is to be done, and by whom");
    }
    if (within.isZero() || within.isNegative()) {
      throw new IllegalArgumentException(
          "within is " + within + ": a follow-up needs a time above zero");
    }
  }
}
