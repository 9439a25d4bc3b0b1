package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.dialect.Monitors.Copies;
import dev.gatehouse.core.dialect.Monitors.Copy;
import dev.gatehouse.core.dialect.Monitors.Known;
import dev.gatehouse.core.dialect.Monitors.Position;
import dev.gatehouse.core.dialect.Monitors.Replication;
import dev.gatehouse.core.dialect.Monitors.Unknown;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The standbys that the server sends its log to; needs pg_read_all_stats. */
record Standbys() implements Replication {
  private static final String SQL =
      "SELECT coalesce(state, 'hidden') AS state, application_name, replay_lsn - '0/0'::pg_lsn AS"
          + " replayed FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup' ORDER BY 2";

  /** A transaction sees the sessions as they were when it first looked, unless it says this. */
  private static final String ANEW = "SELECT pg_catalog.pg_stat_clear_snapshot()";

  private static final String END = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn";

  /** A standby; how far it has replayed the log is empty where it does not tell. */
  private record Standby(String state, String name, String replayed) {
    static Standby of(Row row) {
      return new Standby(row.text("state"), row.text("application_name"), row.text("replayed"));
    }
  }

  @Override
  public List<String> preview(Connection connection, List<Target> replicas, boolean noneIsRight) {
    if (!replicas.isEmpty()) {
      throw new Refusal(
          Finding.of("postgres.replica-named", "standbys are not asked one by one")
              .withExpected("the server's own list of standbys")
              .withFound("of(" + replicas.get(0).name() + ")")
              .withFix("take of(...) out: replicationLag().atMost(...) asks for all of them"));
    }
    return List.of(SQL);
  }

  @Override
  public Copies look(Connection connection, List<Target> replicas) throws SQLException {
    Position end = at(Queries.pinned(connection, END));
    Queries.run(connection, ANEW);
    List<Copy> copies = new ArrayList<>();
    for (Standby standby : Queries.rows(connection, SQL, Standby::of)) {
      if (standby.state().equals("hidden")) {
        return PostgresMonitors.hidden("the state of standbys is hidden");
      }
      if (standby.replayed().isEmpty()) {
        return unknown(standby);
      }
      copies.add(new Copy(standby.name(), at(standby.replayed())));
    }
    return new Known(end, copies, "SELECT * FROM pg_stat_replication");
  }

  private static Position at(String bytes) {
    return new Position(0, Long.parseLong(bytes));
  }

  private static Unknown unknown(Standby standby) {
    return new Unknown(
        Finding.of("postgres.lag-unknown", "a standby does not tell how far it is")
            .withExpected("a standby that streams and replays")
            .withFound("'" + standby.name() + "' in state " + standby.state())
            .withFix("ask again; or look at it: SELECT * FROM pg_stat_replication"));
  }
}
