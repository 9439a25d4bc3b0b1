package dev.gatehouse.core.journal;

/**
 * Where a run is.
 *
 * @since 0.1
 */
public enum RunState {
  /** Going on. */
  RUNNING(5),
  /** Parked until a moment or until a person answers. */
  WAITING(5),
  /** Stopped before the next effect; can be resumed. */
  PAUSED(5),
  /** Undoing what was applied. */
  UNDOING(5),
  /** Nobody can say what became of a step; a person must. */
  IN_DOUBT(6),
  /** All gates opened. */
  SUCCEEDED(0),
  /** A gate stayed closed, and nothing was left behind. */
  FAILED_CLEAN(3),
  /**
   * A gate stayed closed, and each undo of what had been applied succeeded. Which of them compared
   * what they left, and which ran as they are written, the reports say.
   */
  UNDONE(3),
  /** A gate stayed closed, and something that was applied remains. */
  NOT_UNDONE(4),
  /** Stopped at once, nothing undone. */
  PANICKED(4);

  private final int exitCode;

  RunState(int exitCode) {
    this.exitCode = exitCode;
  }

  /** What a script that ran it to here exits with; never 1, which is the JVM's own. */
  public int exitCode() {
    return exitCode;
  }

  /** Whether it ended for good. */
  public boolean closed() {
    return compareTo(SUCCEEDED) >= 0;
  }
}
