package dev.gatehouse.postgres;

import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * How far the standbys are behind, before it is said how far they may be: {@code
 * replicationLag().atMost(ofSeconds(10))}. Without a standby the check is INCONCLUSIVE, unless that
 * is said to be right.
 *
 * <p>Immutable. Not a step yet. The account must be a member of pg_read_all_stats (or pg_monitor).
 *
 * @since 0.1
 */
public final class ReplicationLag {
  private static final String SQL =
      "SELECT coalesce(state, 'hidden'), application_name,"
          + " CASE WHEN replay_lsn >= pg_current_wal_lsn() THEN 0"
          + " ELSE (extract(epoch FROM replay_lag) * 1000)::bigint END"
          + " FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup' ORDER BY 2";

  private final boolean noneIsRight;

  ReplicationLag(boolean noneIsRight) {
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
  public PostgresCheck atMost(Duration lag) {
    if (lag.isNegative()) {
      throw new IllegalArgumentException("lag is " + lag + ": must not be negative");
    }
    return new PostgresCheck(
        "standbys are at most " + seconds(lag.toMillis()) + " behind",
        List.of(SQL, noneIsRight ? "no standby is right" : "no standby is INCONCLUSIVE"),
        reading -> judge(reading, lag));
  }

  private Outcome judge(Reading reading, Duration most) throws SQLException {
    List<List<String>> standbys = Ask.rows(reading.connection(), SQL);
    Evidence evidence = reading.evidence().with("standbys", standbys.size());
    if (standbys.isEmpty()) {
      return noneIsRight ? Outcome.passed(evidence) : none();
    }
    long worst = 0;
    String slowest = standbys.get(0).get(1);
    for (List<String> standby : standbys) {
      if (standby.get(0).equals("hidden")) {
        return SessionStates.hidden("the state of standbys is hidden", "pg_read_all_stats");
      }
      if (standby.get(2).isEmpty()) {
        return unknown(standby);
      }
      long lag = Long.parseLong(standby.get(2));
      if (lag > worst) {
        worst = lag;
        slowest = standby.get(1);
      }
    }
    evidence = evidence.with("lag", seconds(worst));
    return worst <= most.toMillis()
        ? Outcome.passed(evidence)
        : Outcome.failed(
            Finding.of("postgres.replication-lag", "a standby is too far behind")
                .withExpected("at most " + seconds(most.toMillis()))
                .withFound("'" + slowest + "' is " + seconds(worst) + " behind")
                .withFix("wait until it has caught up: SELECT * FROM pg_stat_replication"),
            evidence);
  }

  private static Outcome none() {
    return Outcome.inconclusive(
        Finding.of("postgres.no-replica", "no standby is connected")
            .withExpected("at least one row in pg_stat_replication")
            .withFound("none")
            .withFix("mend the standby, or say replicationLag().orNoReplica()"));
  }

  private static Outcome unknown(List<String> standby) {
    return Outcome.inconclusive(
        Finding.of("postgres.lag-unknown", "a standby does not tell how far it is")
            .withExpected("a standby that streams and replays")
            .withFound("'" + standby.get(1) + "' in state " + standby.get(0))
            .withFix("ask again; or look at it: SELECT * FROM pg_stat_replication"));
  }

  private static String seconds(long millis) {
    return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
  }

  @Override
  public String toString() {
    return "replication lag (not yet a step: say atMost(duration))";
  }
}
