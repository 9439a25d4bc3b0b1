package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Refuses, while planning, a backup that would fail or would hold less than it seems. */
final class BackupPreflight {
  private static final String RELATIONS =
      "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind IN (%s) AND c.relpersistence <> 't' AND "
          + ContentReader.USER_SCHEMA;

  private static final String BYPASSES =
      "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";

  /** Where a policy would hide rows from this account. */
  private static final String HIDING =
      "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relrowsecurity"
          + " AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE')) LIMIT 5";

  /** What pg_dump locks or reads the rows of: without SELECT on one of them there is no dump. */
  private static final String UNREADABLE =
      "SELECT format('%I.%I', n.nspname, c.relname), quote_ident(n.nspname),"
          + " has_schema_privilege(n.oid, 'USAGE'), c.relkind = 'S'"
          + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND "
          + ContentReader.USER_SCHEMA
          + ContentReader.NOT_OF_EXTENSION
          + " AND NOT (has_schema_privilege(n.oid, 'USAGE') AND CASE WHEN c.relkind = 'S'"
          + " THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END)"
          + " ORDER BY 1 LIMIT 5";

  private static final String ROOM =
      "SELECT current_setting('max_locks_per_transaction')::bigint"
          + " * (current_setting('max_connections')::bigint"
          + " + current_setting('max_prepared_transactions')::bigint),"
          + " current_setting('max_locks_per_transaction'),"
          + " current_setting('max_connections')::bigint"
          + " + current_setting('max_prepared_transactions')::bigint";

  private BackupPreflight() {}

  static int major(Target target) {
    try (Connection session = Sessions.own(target)) {
      return session.getMetaData().getDatabaseMajorVersion();
    } catch (SQLException e) {
      throw unreachable(target, e);
    }
  }

  static Refusal unreachable(Target target, SQLException e) {
    return new Refusal(
        Finding.of("postgres.unreachable", "target '" + target + "' cannot be looked at")
            .withExpected("a session")
            .withFound(ToolLogin.of(target).scrubber().describe(e))
            .withFix("make sure that the server runs and lets this account in"),
        e);
  }

  static void check(Target target, PgTools tools, Options options) {
    ToolLogin.of(target);
    if (options.compacting()) {
      throw new Refusal(
          Finding.of("backup.compacted", "a dump of PostgreSQL never holds free space")
              .withExpected("a backup without compacted()")
              .withFound("compacted()")
              .withFix("leave out compacted()"));
    }
    ToolSearch.Tool tool = new ToolSearch(tools, major(target)).dump();
    if (options.jobs() > 1 && !tool.local()) {
      throw new Refusal(
          Finding.of("backup.parallel-inside", "a backup in parallel needs pg_dump of this machine")
              .withExpected("a tool that writes files here")
              .withFound("tools " + tools)
              .withFix("leave out inParallel(" + options.jobs() + "), or use PgTools.at(path)"));
    }
    try (Connection session = Sessions.own(target)) {
      refuseUnreadable(session);
      refuseHiddenRows(session);
      // Every worker locks what the leader holds already; the lock itself is one entry.
      long need = relations(session, "'r', 'p', 'S', 'v', 'm', 'f'");
      refuseTooManyLocks(session, need, "a backup");
    } catch (SQLException e) {
      throw unreachable(target, e);
    }
  }

  static long relations(Connection session, String kinds) throws SQLException {
    return Long.parseLong(Queries.pinned(session, RELATIONS.formatted(kinds)));
  }

  private static void refuseUnreadable(Connection session) throws SQLException {
    List<List<String>> rows = Queries.rows(session, UNREADABLE);
    if (rows.isEmpty()) {
      return;
    }
    String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
    Set<String> fixes = new LinkedHashSet<>();
    for (List<String> row : rows) {
      if (row.get(2).equals("f")) {
        fixes.add("GRANT USAGE ON SCHEMA " + row.get(1) + " TO " + account + ";");
      }
      String kind = row.get(3).equals("t") ? "SEQUENCE " : "";
      fixes.add("GRANT SELECT ON " + kind + row.get(0) + " TO " + account + ";");
    }
    throw new Refusal(
        Finding.of("backup.unreadable", "this account may not read all that is to be backed up")
            .withExpected("SELECT on every table and sequence, USAGE on their schemas")
            .withFound(
                account
                    + " lacks it on "
                    + String.join(", ", rows.stream().map(row -> row.get(0)).toList()))
            .withFix(String.join("\n", fixes)));
  }

  private static void refuseHiddenRows(Connection session) throws SQLException {
    if (Queries.isTrue(session, BYPASSES)) {
      return;
    }
    List<String> hiding = Queries.rows(session, HIDING).stream().map(row -> row.get(0)).toList();
    if (!hiding.isEmpty()) {
      String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
      throw new Refusal(
          Finding.of("backup.row-security", "row security would hide rows from the backup")
              .withExpected(
                  "an account that sees every row: superuser, BYPASSRLS, or the owner where row"
                      + " security is not forced")
              .withFound(account + " does not bypass the policies of " + String.join(", ", hiding))
              .withFix("ALTER ROLE " + account + " BYPASSRLS"));
    }
  }

  static void refuseTooManyLocks(Connection session, long need, String what) throws SQLException {
    List<String> room = Queries.row(session, ROOM).orElseThrow();
    long there = Long.parseLong(room.get(0));
    if (need > there) {
      long perTransaction = need * 5 / 4 / Long.parseLong(room.get(2)) + 1;
      throw new Refusal(
          Finding.of("postgres.locks", what + " needs more locks than the server has room for")
              .withExpected("room for " + need + " locks in one transaction")
              .withFound(there + ": max_locks_per_transaction is " + room.get(1))
              .withFix(
                  "ALTER SYSTEM SET max_locks_per_transaction = "
                      + perTransaction
                      + ", then restart the server"));
    }
  }
}
