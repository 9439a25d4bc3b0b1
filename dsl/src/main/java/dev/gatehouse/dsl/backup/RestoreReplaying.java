package dev.gatehouse.dsl.backup;

import java.time.Instant;

/**
 * A restore that goes on with later changes, before it says how far: no step yet.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class RestoreReplaying {
  private final Restore restore;
  private final Changes changes;

  RestoreReplaying(Restore restore, Changes changes) {
    this.restore = restore;
    this.changes = changes;
  }

  /**
   * Before whatever was committed at that moment or later, by the clock of the server. Refused
   * while planning where the log does not tell one place for it, as within a second of MariaDB.
   */
  public Restore stoppingBefore(Instant moment) {
    return stoppingBefore(StopPoint.moment(moment));
  }

  /** Before that place or transaction: {@code position("binlog.000042", 1234)}. */
  public Restore stoppingBefore(StopPoint stop) {
    return restore.replaying(new Replaying(changes, stop));
  }

  @Override
  public String toString() {
    return restore + ", replaying " + changes + " (not yet a step: say stoppingBefore(...))";
  }
}
