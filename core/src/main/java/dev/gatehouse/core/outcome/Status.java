package dev.gatehouse.core.outcome;

/**
 * The answer of a step, ordered from best to worst, so that the worst of several is their maximum.
 *
 * @since 0.1
 */
public enum Status {
  /** It holds, or it is done. */
  PASSED,
  /** Left out on purpose, by somebody, for a reason. Counts as passed and is always shown. */
  SKIPPED,
  /** Not yet: time or a person is awaited. Nothing is wrong. */
  WAITING,
  /** Could not tell: no data, or the check itself broke. Never opens a gate. */
  INCONCLUSIVE,
  /** It does not hold, or it was not done. */
  FAILED;

  /** Whether a gate opens on this answer. */
  public boolean opens() {
    return this == PASSED || this == SKIPPED;
  }
}
