package dev.gatehouse.core.journal;

/**
 * Where a step of a run is.
 *
 * @since 0.1
 */
public enum StepState {
  /** Not yet looked at, or to be looked at again. */
  PENDING,
  /** Waits for time or for a person. */
  WAITING,
  /** Could not tell; waits for a person to accept that or to abort. */
  INCONCLUSIVE,
  /** A check that passed. */
  PASSED,
  /** Left out on purpose, or accepted by a person although it could not tell. */
  SKIPPED,
  /** A check that does not hold. */
  FAILED,
  /** The intent is durable; the effect may be under way. */
  INTENT,
  /** A change that is applied. */
  SUCCEEDED,
  /** A change that failed and left nothing behind. */
  FAILED_CLEAN,
  /** A change that failed and left something behind. */
  FAILED_PARTIAL,
  /** Nobody can say yet what became of it. */
  IN_DOUBT,
  /** Its undo is under way. */
  UNDOING,
  /** It was applied and has been undone. */
  UNDONE,
  /** It was applied and its undo failed. */
  UNDO_FAILED;

  /** Whether the run goes past it. */
  public boolean done() {
    return this == PASSED || this == SKIPPED || this == SUCCEEDED;
  }

  /** Whether the run cannot go on because of it. */
  public boolean failed() {
    return this == FAILED || this == FAILED_CLEAN || this == FAILED_PARTIAL;
  }

  /** Whether there is something to undo. */
  public boolean applied() {
    return this == SUCCEEDED || this == FAILED_PARTIAL;
  }
}
