package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.postgres.session.Products;
import java.time.Duration;

/**
 * How far the standbys are behind, before it is said how far they may be: {@code
 * replicationLag().atMost(ofSeconds(10))}. Without a standby the check is INCONCLUSIVE, unless that
 * is said to be right.
 *
 * <p>Measured, not read: the server's own replay_lag stands still when replay does. A gate looks
 * where the log ends and waits until that is replayed everywhere, so long as the limit allows; a
 * guard compares with where the log ended at its samples before, and never waits.
 *
 * <p>Immutable. Not a step yet. The account must be a member of pg_read_all_stats (or pg_monitor).
 *
 * @since 0.1
 */
public final class ReplicationLag {
  private final boolean noneIsRight;

  public ReplicationLag(boolean noneIsRight) {
    this.noneIsRight = noneIsRight;
  }

  /** The same, passing when there is no standby. */
  public ReplicationLag orNoReplica() {
    return new ReplicationLag(true);
  }

  /**
   * Passes while every standby has replayed what is so old.
   *
   * @throws IllegalArgumentException when negative
   */
  public NamedCheck atMost(Duration lag) {
    if (lag.isNegative()) {
      throw new IllegalArgumentException("lag is " + lag + ": must not be negative");
    }
    return NamedCheck.of(
            "standbys are at most " + LagWatch.print(lag.toMillis()) + " behind",
            Products.only(
                LagWatch.SQL, noneIsRight ? "no standby is right" : "no standby is INCONCLUSIVE"),
            reading -> new LagWatch(lag, noneIsRight).await(reading))
        .watching(() -> new LagWatch(lag, noneIsRight));
  }

  @Override
  public String toString() {
    return "replication lag (not yet a step: say atMost(duration))";
  }
}
