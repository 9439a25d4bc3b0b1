package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How far replicas are behind, before it is said how far they may be: {@code
 * replicationLag().atMost(ofSeconds(10))}. Without a replica the check is INCONCLUSIVE, unless that
 * is said to be right.
 *
 * <p>Measured, not read: what servers tell of it (PostgreSQL's replay_lag, Seconds_Behind_Source)
 * stands still or is 0 while a replica is not applying. A gate looks where the log ends and waits
 * until that is applied everywhere, so long as the limit allows; a guard compares with where the
 * log ended at its samples before, and never waits.
 *
 * <p>A PostgreSQL server knows its standbys; the account must be a member of pg_read_all_stats (or
 * pg_monitor). A MySQL or MariaDB server does not know how far its replicas are: name each with
 * {@link #of}. There the account needs REPLICATION CLIENT (on MariaDB BINLOG MONITOR at the source
 * and REPLICA MONITOR at the replica).
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class ReplicationLag {
  private final List<Target> replicas;
  private final boolean noneIsRight;

  /** Of all replicas that the server knows. */
  public ReplicationLag() {
    this(List.of(), false);
  }

  private ReplicationLag(List<Target> replicas, boolean noneIsRight) {
    this.replicas = replicas;
    this.noneIsRight = noneIsRight;
  }

  /**
   * The same, asking this replica too. It is asked by an account that can log in there, and is
   * INCONCLUSIVE when it replicates from another server than the target's.
   */
  public ReplicationLag of(Target replica) {
    List<Target> more = new ArrayList<>(replicas);
    more.add(replica);
    return new ReplicationLag(List.copyOf(more), noneIsRight);
  }

  /** The same, passing when there is no replica. */
  public ReplicationLag orNoReplica() {
    return new ReplicationLag(replicas, true);
  }

  /**
   * Passes while every replica has applied what is so old.
   *
   * @throws IllegalArgumentException when negative
   */
  public NamedCheck atMost(Duration lag) {
    if (lag.isNegative()) {
      throw new IllegalArgumentException("lag is " + lag + ": must not be negative");
    }
    String who =
        replicas.isEmpty()
            ? "replicas are"
            : replicas.stream()
                .map(Target::name)
                .collect(Collectors.joining(", ", "replica ", " is"));
    return NamedCheck.of(
            Names.of(who + " at most " + LagWatch.print(lag.toMillis()) + " behind"),
            reading -> {
              List<String> lines =
                  new ArrayList<>(
                      ServerCount.monitors(reading)
                          .replication()
                          .preview(reading.connection(), replicas, noneIsRight));
              lines.add(noneIsRight ? "no replica is right" : "no replica is INCONCLUSIVE");
              return lines;
            },
            reading -> new LagWatch(lag, replicas, noneIsRight).await(reading))
        .watching(() -> new LagWatch(lag, replicas, noneIsRight));
  }

  @Override
  public String toString() {
    return "replication lag (not yet a step: say atMost(duration))";
  }
}
