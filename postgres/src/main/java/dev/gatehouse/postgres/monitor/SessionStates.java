package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.dialect.Monitors.Answer;
import dev.gatehouse.core.dialect.Monitors.Counted;
import dev.gatehouse.core.dialect.Monitors.Question;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sessions of one state; needs pg_read_all_stats: of others' it sees no state otherwise. */
record SessionStates(String state) implements Question {
  /** As pg_stat_activity names them. */
  static final Set<String> STATES =
      Set.of(
          "active",
          "idle",
          "idle in transaction",
          "idle in transaction (aborted)",
          "fastpath function call",
          "disabled");

  /** Gatehouse's own sessions of this account are not what anybody looks for. */
  private static final String OTHERS =
      "datname = current_database() AND pid <> pg_backend_pid()"
          + " AND (application_name <> 'gatehouse' OR usename <> current_user)";

  private static final String SQL =
      "SELECT pid, usename, application_name, state_change FROM pg_stat_activity WHERE "
          + OTHERS
          + " AND state = ? ORDER BY state_change";

  private static final String HIDDEN =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
          + " AND query = '<insufficient privilege>'";

  private record Found(String pid, String account, String application, String since) {
    static Found of(Row row) {
      return new Found(
          row.text("pid"),
          row.text("usename"),
          row.text("application_name"),
          row.text("state_change"));
    }
  }

  @Override
  public List<String> preview(Connection connection) {
    return List.of(SQL.replace("?", "'" + state + "'"));
  }

  @Override
  public Answer ask(Connection connection) throws SQLException {
    if (!Queries.pinned(connection, HIDDEN).equals("0")) {
      return PostgresMonitors.hidden("the state of others' sessions is hidden");
    }
    List<Found> found = Queries.rows(connection, SQL, Found::of, state);
    if (found.isEmpty()) {
      return new Counted(0, "", "", Optional.empty());
    }
    Found oldest = found.get(0);
    return new Counted(
        found.size(),
        "the oldest: pid %s of %s, application '%s', since %s"
            .formatted(oldest.pid(), oldest.account(), oldest.application(), oldest.since()),
        "SELECT pg_terminate_backend(" + oldest.pid() + ")",
        Optional.empty());
  }
}
