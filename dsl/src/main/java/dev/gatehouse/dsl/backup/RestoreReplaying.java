package dev.gatehouse.dsl.backup;

import java.time.Instant;
import java.util.Optional;

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
  private final Optional<String> acceptedStatements;

  RestoreReplaying(Restore restore, Changes changes, Optional<String> acceptedStatements) {
    this.restore = restore;
    this.changes = changes;
    this.acceptedStatements = acceptedStatements;
  }

  /**
   * The same, also with changes that the log has as statements and not as rows. They are executed
   * again under the server's own settings, and nobody can tell whether they do what they did; the
   * plan names them. Without it, they are refused.
   *
   * @throws IllegalArgumentException when no reason is given
   */
  public RestoreReplaying acceptingStatements(String why) {
    if (why.isBlank()) {
      throw new IllegalArgumentException("why is blank: a reviewer must be able to judge it");
    }
    return new RestoreReplaying(restore, changes, Optional.of(why));
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
    return restore.replaying(new Replaying(changes, stop, acceptedStatements));
  }

  @Override
  public String toString() {
    return restore + ", replaying " + changes + " (not yet a step: say stoppingBefore(...))";
  }
}
