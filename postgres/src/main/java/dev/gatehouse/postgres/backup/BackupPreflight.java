package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Refusals;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Refuses, while planning, a backup that would fail or would hold less than it seems. */
final class BackupPreflight {
  private static final String RELATIONS =
      "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f') AND c.relpersistence <> 't' AND "
          + ContentTable.USER_SCHEMA;

  private static final String BYPASSES =
      "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";

  /** Where a policy would hide rows from this account. */
  private static final String HIDING =
      "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relrowsecurity"
          + " AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE')) ORDER BY 1";

  /** What pg_dump locks or reads the rows of: without SELECT on one of them there is no dump. */
  private static final String UNREADABLE =
      "SELECT format('%I.%I', n.nspname, c.relname) AS name, quote_ident(n.nspname) AS schema,"
          + " has_schema_privilege(n.oid, 'USAGE') AS usable, c.relkind = 'S' AS sequence"
          + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND "
          + ContentTable.DUMPED
          + " AND NOT (has_schema_privilege(n.oid, 'USAGE') AND CASE WHEN c.relkind = 'S' THEN"
          + " has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT')"
          + " END) ORDER BY 1";

  /** As many names and grants as a finding holds; further ones are findings of their own. */
  private static final int AT_ONCE = 1_500;

  /** A table or sequence; whether its schema may be used. */
  private record Unreadable(String name, String schema, boolean usable, boolean sequence) {
    static Unreadable of(Row row) {
      return new Unreadable(
          row.text("name"), row.text("schema"), row.isTrue("usable"), row.isTrue("sequence"));
    }
  }

  private BackupPreflight() {}

  /** Gives the pg_dump that fits. */
  static ToolSearch.Tool check(Server server, Options options) {
    if (options.compacting()) {
      throw new Refusal(
          Finding.of("backup.compacted", "a dump of PostgreSQL never holds free space")
              .withExpected("a backup without compacted()")
              .withFound("compacted()")
              .withFix("leave out compacted()"));
    }
    options.requireAllHeld("PostgreSQL");
    Refusals refusals = new Refusals();
    Optional<ToolSearch.Tool> tool =
        refusals.in(() -> Optional.of(tool(server, options)), Optional.empty());
    try {
      Connection session = server.session();
      refusals.in(() -> refuseUnreadable(session));
      refusals.in(() -> refuseHiddenRows(session));
      // Every worker locks what the leader holds already; the lock itself is one entry.
      long need = Long.parseLong(Queries.pinned(session, RELATIONS));
      refusals.in(() -> LockRoom.require(session, need, "a backup", ""));
    } catch (SQLException e) {
      throw server.unreachable(e);
    }
    refusals.refuse();
    return tool.orElseThrow();
  }

  private static ToolSearch.Tool tool(Server server, Options options) {
    ToolSearch.Tool tool = server.dump();
    if (options.jobs() > 1 && !tool.local()) {
      throw new Refusal(
          Finding.of("backup.parallel-inside", "a backup in parallel needs pg_dump of this machine")
              .withExpected("a tool that writes files here")
              .withFound("tools " + server.tools())
              .withFix("leave out inParallel(" + options.jobs() + "), or use PgTools.at(path)"));
    }
    return tool;
  }

  private static void refuseUnreadable(Connection session) throws SQLException {
    List<Unreadable> rows = Queries.rows(session, UNREADABLE, Unreadable::of);
    if (rows.isEmpty()) {
      return;
    }
    String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
    List<Finding> all = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Set<String> fixes = new LinkedHashSet<>();
    for (Unreadable row : rows) {
      if (String.join("", fixes).length() > AT_ONCE) {
        all.add(unreadable(account, names, fixes));
        names.clear();
        fixes.clear();
      }
      names.add(row.name());
      if (!row.usable()) {
        fixes.add("GRANT USAGE ON SCHEMA " + row.schema() + " TO " + account + ";");
      }
      String kind = row.sequence() ? "SEQUENCE " : "";
      fixes.add("GRANT SELECT ON " + kind + row.name() + " TO " + account + ";");
    }
    all.add(unreadable(account, names, fixes));
    throw Refusal.of(all);
  }

  private static Finding unreadable(String account, List<String> names, Set<String> fixes) {
    return Finding.of("backup.unreadable", "this account may not read all that is to be backed up")
        .withExpected("SELECT on every table and sequence, USAGE on their schemas")
        .withFound(account + " lacks it on " + String.join(", ", names))
        .withFix(String.join("\n", fixes));
  }

  private static void refuseHiddenRows(Connection session) throws SQLException {
    if (Queries.isTrue(session, BYPASSES)) {
      return;
    }
    List<String> hiding = Queries.column(session, HIDING);
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
}
