package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Who holds what a restore would have to drop. */
final class RestoreLocks {
  private static final String HOLDERS =
      "SELECT DISTINCT l.pid, coalesce('pid ' || l.pid || ' ' ||"
          + " coalesce(a.usename, '') || ' ' || coalesce(nullif(a.application_name, ''), 'no name')"
          + " || ', ' || coalesce(a.state, 'state hidden'), 'a prepared transaction')"
          + " || ': ' || l.mode || ' on ' || c.oid::regclass AS holder"
          + " FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
          + " JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
          + " WHERE l.granted AND l.database = (SELECT oid FROM pg_database"
          + " WHERE datname = current_database()) AND l.pid IS DISTINCT FROM pg_backend_pid()"
          + " AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND "
          + ContentTable.USER_SCHEMA
          + " ORDER BY 2 LIMIT 10";

  private RestoreLocks() {}

  /**
   * Called where the wait was given up, with what was done before it taken back.
   *
   * @return the failure that names them
   */
  static StepFailed held(Connection session, SQLException cause) throws SQLException {
    List<Row> holders = Queries.rows(session, HOLDERS, Function.identity());
    List<String> pids =
        holders.stream().map(row -> row.text("pid")).filter(p -> !p.isEmpty()).distinct().toList();
    StepFailed failed =
        new StepFailed(
            Finding.of("restore.locked", "another session holds what the restore replaces")
                .withExpected("every table free within lock_timeout")
                .withFound(
                    holders.isEmpty()
                        ? "nobody any more: " + cause.getMessage()
                        : String.join(
                            "\n", holders.stream().map(row -> row.text("holder")).toList()))
                .withFix(
                    pids.isEmpty()
                        ? "run the runbook again; nothing was changed"
                        : "wait for its end, or SELECT pg_terminate_backend(pid) FROM"
                            + " pg_stat_activity WHERE pid IN ("
                            + String.join(", ", pids)
                            + "); nothing was changed"));
    failed.initCause(cause);
    return failed;
  }
}
