package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.LockWitness.Seen;
import dev.gatehouse.core.dialect.Row;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A session that blocks another. String literals of its query are left out: they may be secrets.
 * Sees whatever pg_blocking_pids tells, which holds those who only queue before us, too. The query
 * and the start of another role's session are shown to members of pg_read_all_stats only: columns
 * but the process are empty where the account may not see them.
 */
record Blocker(
    String pid, String application, String account, String since, String state, String query) {
  private static final int QUERY_SHOWN = 200;

  private static final String IN_THE_WAY =
      "SELECT DISTINCT pid, application_name, usename, since, state, query FROM ("
          + "SELECT b.pid, a.application_name, a.usename,"
          + " to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"') AS since,"
          + " a.state, left(regexp_replace(regexp_replace(a.query, '''([^'']|'''')*''', '''...''',"
          + " 'g'), '\\s+', ' ', 'g'), "
          + QUERY_SHOWN
          + ") AS query"
          + " FROM unnest(pg_blocking_pids(%d)) AS b (pid)"
          + " LEFT JOIN pg_stat_activity a ON a.pid = b.pid) AS seen ORDER BY pid";

  /** Who blocks the session of that process now. */
  static Seen of(Connection beside, int pid) throws SQLException {
    return new Seen(
        Queries.rows(beside, IN_THE_WAY.formatted(pid), Blocker::of).stream()
            .map(Blocker::toString)
            .toList(),
        "nobody was seen to block it");
  }

  private static Blocker of(Row row) {
    return new Blocker(
        row.text("pid"),
        row.text("application_name"),
        row.text("usename"),
        row.text("since"),
        row.text("state"),
        row.text("query"));
  }

  @Override
  public String toString() {
    if (pid.equals("0")) {
      return "in the way: a prepared transaction, see pg_prepared_xacts";
    }
    return "in the way: process %s (%s), account %s, %s: %s"
        .formatted(
            pid,
            application.isEmpty() ? "without a name" : application,
            account,
            since.isEmpty()
                ? "since when this account may not see"
                : "in a transaction since " + since + ", " + state,
            query);
  }
}
