package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck.Looking;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Row;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Where the log ended at earlier looks, against what standbys have replayed by now: what was there
 * so long ago and is not replayed is so far behind.
 *
 * <p>One thread at a time.
 */
final class LagWatch implements Looking {
  static final String SQL =
      "SELECT coalesce(state, 'hidden') AS state, application_name, replay_lsn - '0/0'::pg_lsn AS"
          + " replayed FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup' ORDER BY 2";

  /** A transaction sees the sessions as they were when it first looked, unless it says this. */
  private static final String ANEW = "SELECT pg_catalog.pg_stat_clear_snapshot()";

  private static final String END = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn";
  private static final Poll POLL = Poll.every(Duration.ofMillis(20));

  /** A standby that is too far behind ends the wait. */
  private static final Duration FOR_EVER = Duration.ofDays(365);

  /** The end of the log at a moment. */
  private record Look(long nanos, long end) {}

  /** A standby; how far it has replayed the log is empty where it does not tell. */
  private record Standby(String state, String name, String replayed) {
    static Standby of(Row row) {
      return new Standby(row.text("state"), row.text("application_name"), row.text("replayed"));
    }
  }

  private final Duration most;
  private final boolean noneIsRight;
  private final Deque<Look> looks = new ArrayDeque<>();

  LagWatch(Duration most, boolean noneIsRight) {
    this.most = most;
    this.noneIsRight = noneIsRight;
  }

  /** Waits until all that is there now is replayed, or is too old. */
  Outcome await(CheckContext reading) throws SQLException, InterruptedException {
    remember(reading);
    Outcome outcome = POLL.until(FOR_EVER, () -> compare(reading), seen -> !undecided(seen));
    if (undecided(outcome) && Thread.interrupted()) {
      throw new InterruptedException("interrupted while standbys replay");
    }
    return outcome;
  }

  private boolean undecided(Outcome seen) {
    return seen.status() == Status.PASSED && !looks.isEmpty();
  }

  @Override
  public Outcome look(CheckContext reading) throws SQLException {
    remember(reading);
    return compare(reading);
  }

  private void remember(CheckContext reading) throws SQLException {
    long end = Long.parseLong(Queries.pinned(reading.connection(), END));
    looks.addLast(new Look(System.nanoTime(), end));
  }

  private Outcome compare(CheckContext reading) throws SQLException {
    Queries.run(reading.connection(), ANEW);
    List<Standby> standbys = Queries.rows(reading.connection(), SQL, Standby::of);
    if (standbys.isEmpty()) {
      looks.clear();
      return noneIsRight ? Outcome.passed(reading.evidence().with("standbys", 0)) : none();
    }
    return judge(reading, standbys, System.nanoTime());
  }

  private Outcome judge(CheckContext reading, List<Standby> standbys, long now) {
    long least = Long.MAX_VALUE;
    String slowest = "";
    for (Standby standby : standbys) {
      if (standby.state().equals("hidden")) {
        return SessionStates.hidden("the state of standbys is hidden", "pg_read_all_stats");
      }
      if (standby.replayed().isEmpty()) {
        return unknown(standby);
      }
      long replayed = Long.parseLong(standby.replayed());
      if (replayed < least) {
        least = replayed;
        slowest = standby.name();
      }
    }
    while (!looks.isEmpty() && looks.getFirst().end() <= least) {
      looks.removeFirst();
    }
    long lag = looks.isEmpty() ? 0 : (now - looks.getFirst().nanos()) / 1_000_000;
    var evidence = reading.evidence().with("standbys", standbys.size()).with("lag", print(lag));
    return lag <= most.toMillis()
        ? Outcome.passed(evidence)
        : Outcome.failed(
            Finding.of("postgres.replication-lag", "a standby is too far behind")
                .withExpected("at most " + print(most.toMillis()))
                .withFound("'" + slowest + "' is at least " + print(lag) + " behind")
                .withFix("wait until it has caught up: SELECT * FROM pg_stat_replication"),
            evidence);
  }

  private static Outcome none() {
    return Outcome.inconclusive(
        Finding.of("postgres.no-replica", "no standby is connected")
            .withExpected("at least one row in pg_stat_replication")
            .withFound("none")
            .withFix("repair the standby, or say replicationLag().orNoReplica()"));
  }

  private static Outcome unknown(Standby standby) {
    return Outcome.inconclusive(
        Finding.of("postgres.lag-unknown", "a standby does not tell how far it is")
            .withExpected("a standby that streams and replays")
            .withFound("'" + standby.name() + "' in state " + standby.state())
            .withFix("ask again; or look at it: SELECT * FROM pg_stat_replication"));
  }

  static String print(long millis) {
    return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
  }
}
