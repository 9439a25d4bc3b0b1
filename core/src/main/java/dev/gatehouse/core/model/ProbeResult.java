package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Evidence;

/**
 * What became of an effect nobody saw the end of.
 *
 * @param because what was looked at, in words
 * @param evidence what the effect would have reported; used when it was applied
 * @since 0.1
 */
public record ProbeResult(Kind kind, String because, Evidence evidence) {

  /** The five answers. */
  public enum Kind {
    /** All of it happened. */
    APPLIED,
    /** None of it happened. */
    NOT_APPLIED,
    /** Some of it happened. */
    PARTIAL,
    /** Something is left of a try that failed, and the next try clears it away. */
    REPEATABLE,
    /** The world does not tell; a person must. */
    UNKNOWN
  }
}
