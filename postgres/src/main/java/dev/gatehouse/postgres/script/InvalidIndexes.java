package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.script.IndexStatementNames.Name;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Indexes that are not valid, because what built them did not end. */
final class InvalidIndexes {
  private InvalidIndexes() {}

  /**
   * Drops one, unless somebody is at work on its table: then it may be a build that goes on.
   *
   * @throws StepFailed when somebody is
   */
  static void drop(Connection connection, Name table, String index) throws SQLException {
    Optional<String> busy =
        Queries.first(
            connection,
            "SELECT a.pid, a.application_name, a.query FROM pg_catalog.pg_locks l JOIN"
                + " pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'relation'"
                + " AND l.granted AND l.relation = ? AND l.mode = 'ShareUpdateExclusiveLock' AND"
                + " l.pid <> pg_catalog.pg_backend_pid()",
            InvalidIndexes::session,
            table.oid(connection));
    if (busy.isPresent()) {
      throw new StepFailed(
          Finding.of("lone.busy", "an index is not valid, and somebody is at work on its table")
              .withExpected("nobody who builds an index on " + table.quoted())
              .withFound(busy.get())
              .withFix("wait until it has ended, then run the runbook again"));
    }
    Optional<String> schema =
        Queries.column(
                connection,
                "SELECT n.nspname FROM pg_catalog.pg_index i"
                    + " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE c.relname = ? AND i.indrelid = ?"
                    + " AND NOT i.indisvalid",
                index,
                table.oid(connection))
            .stream()
            .findFirst();
    if (schema.isPresent()) {
      Name name = new Name(List.of(schema.get(), index));
      Queries.run(connection, "DROP INDEX CONCURRENTLY " + name.quoted());
    }
  }

  private static String session(Row row) {
    return "pid %s '%s': %s"
        .formatted(row.text("pid"), row.text("application_name"), row.text("query"));
  }
}
