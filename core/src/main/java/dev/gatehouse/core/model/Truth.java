package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Evidence;

/**
 * What became of an effect nobody saw the end of.
 *
 * @param because what was looked at, in words
 * @param evidence what the effect would have reported; used when it was applied
 * @since 0.1
 */
public record Truth(Kind kind, String because, Evidence evidence) {

  /** The four answers. */
  public enum Kind {
    /** All of it happened. */
    APPLIED,
    /** None of it happened. */
    NOT_APPLIED,
    /** Some of it happened. */
    PARTIAL,
    /** The world does not tell; a person must. */
    UNKNOWN
  }
}
