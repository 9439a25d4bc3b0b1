package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Refuses a restore in place that would be rolled back anyway. */
final class RestorePreflight {
  /** A schema that cannot be dropped and made again by this account is the end of it. */
  private static final String FOREIGN_OWNERS =
      "SELECT DISTINCT r.rolname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " JOIN pg_roles r ON r.oid = c.relowner WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')"
          + " AND c.relpersistence <> 't' AND NOT pg_has_role(c.relowner, 'USAGE') AND "
          + ContentReader.USER_SCHEMA;

  private RestorePreflight() {}

  static void check(Connection session, DumpArchive archive) throws SQLException, IOException {
    DrillPreflight.requireRolesAndExtensions(session, archive);
    requireExtensionVersions(session, archive);
    refuseSubscriptions(session);
    RestoreSessions.refusePrepared(session);
    requireMembership(session, archive);
    long now = BackupPreflight.relations(session, "'r', 'p', 'S', 'v', 'm', 'f', 'i', 'I'");
    long then = archive.relations();
    BackupPreflight.refuseTooManyLocks(session, now + then, "a restore in one transaction");
  }

  private static void requireExtensionVersions(Connection session, DumpArchive archive)
      throws SQLException {
    for (Map.Entry<String, String> extension : archive.needs().extensions().entrySet()) {
      String name = extension.getKey();
      String version = extension.getValue();
      List<List<String>> there =
          Queries.rows(session, "SELECT extversion FROM pg_extension WHERE extname = ?", name);
      if (!there.isEmpty() && !there.get(0).get(0).equals(version)) {
        throw new Refusal(
            Finding.of("restore.extension", "an extension is not of the version of the backup")
                .withExpected(name + " " + version)
                .withFound(name + " " + there.get(0).get(0))
                .withFix(
                    "ALTER EXTENSION " + SqlNames.quoted(name) + " UPDATE TO '" + version + "'"));
      }
    }
  }

  private static void refuseSubscriptions(Connection session) throws SQLException {
    List<List<String>> names =
        Queries.rows(
            session,
            "SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                + " WHERE d.datname = current_database()");
    if (!names.isEmpty()) {
      String name = names.get(0).get(0);
      throw new Refusal(
          Finding.of("restore.subscription", "the database receives what others publish")
              .withExpected("no subscription: it could not be dropped and made in a transaction")
              .withFound("subscription " + name)
              .withFix("DROP SUBSCRIPTION " + SqlNames.quoted(name)));
    }
  }

  private static void requireMembership(Connection session, DumpArchive archive)
      throws SQLException, IOException {
    if (Queries.isTrue(session, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")) {
      return;
    }
    List<String> lacking = new ArrayList<>();
    Queries.rows(session, FOREIGN_OWNERS).forEach(row -> lacking.add(row.get(0)));
    for (String role : archive.owners()) {
      if (!Queries.isTrue(session, "SELECT pg_has_role(?, 'MEMBER')", role)
          && !lacking.contains(role)) {
        lacking.add(role);
      }
    }
    if (!lacking.isEmpty()) {
      String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
      throw new Refusal(
          Finding.of("restore.owners", "objects belong to roles this account cannot act for")
              .withExpected("membership in " + String.join(", ", lacking) + ", or a superuser")
              .withFound(account + " without it")
              .withFix(
                  "GRANT "
                      + String.join(", ", lacking.stream().map(SqlNames::quoted).toList())
                      + " TO "
                      + account));
    }
  }
}
