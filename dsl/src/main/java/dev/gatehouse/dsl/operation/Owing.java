package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.FollowUp;
import java.time.Duration;

/**
 * Something to be done after a run; say by whom and within which time, and give it to {@link
 * dev.gatehouse.core.model.Runbook#owing}.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Owing {
  private final String what;

  public Owing(String what) {
    this.what = what;
  }

  /** A follow-up that still lacks its date. */
  public static final class Undated {
    private final String what;
    private final String by;

    private Undated(String what, String by) {
      this.what = what;
      this.by = by;
    }

    /**
     * Within that time of the end of the run.
     *
     * @throws IllegalArgumentException when a text is blank or the time is not above zero
     */
    public FollowUp within(Duration time) {
      return new FollowUp(what, by, time);
    }
  }

  /**
   * Who owes it.
   *
   * @param whom a role, or the name of a person; refused while planning when the runbook names its
   *     people and it is none of them
   */
  public Undated by(String whom) {
    return new Undated(what, whom);
  }
}
