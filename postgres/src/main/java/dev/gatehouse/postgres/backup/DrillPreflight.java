package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.archive.ContentNames;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlNames;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Refuses a drill that could not succeed, before a database is made for it. */
final class DrillPreflight {
  private DrillPreflight() {}

  static Scratch.OnServer server(Scratch scratch) {
    if (scratch instanceof Scratch.OnServer on
        && on.server().dialect().name().equals(Products.POSTGRESQL)) {
      return on;
    }
    throw new Refusal(
        Finding.of("drill.scratch", "a drill of PostgreSQL takes place in a database")
            .withExpected("a server of PostgreSQL")
            .withFound(scratch.toString())
            .withFix(
                "restoreDrill(...).intoScratchDatabase(), or .into(target) of a scratch server"));
  }

  static void check(Target source, Scratch scratch, PgTools tools) {
    Scratch.OnServer place = server(scratch);
    try (Server server = Server.forTools(place.server(), tools)) {
      ToolSearch.Tool tool = server.restore();
      if (place.procedure() == Scratch.Procedure.IN_PARALLEL) {
        requireParallel(tool, server.major());
      }
      try {
        if (place.server() == source) {
          check(server, server.session(), place.procedure());
        } else {
          try (Connection reading = Sessions.own(source)) {
            check(server, reading, place.procedure());
          }
        }
      } catch (SQLException e) {
        throw server.unreachable(e);
      }
    }
  }

  /**
   * @param reading a session of the source, which may be the server's
   */
  private static void check(Server server, Connection reading, Scratch.Procedure procedure)
      throws SQLException {
    Connection session = server.session();
    server.requireMajorOf(Server.major(reading), "the scratch server");
    if (!Queries.isTrue(
        session, "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user")) {
      String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
      throw new Refusal(
          Finding.of("drill.createdb", "the drill may not create its scratch database")
              .withExpected("CREATEDB for " + account)
              .withFound("neither that nor superuser, on " + server.target().name())
              .withFix("ALTER ROLE " + account + " CREATEDB"));
    }
    Map<String, String> extensions = new HashMap<>();
    for (Row row : Queries.rows(reading, BackupSource.EXTENSIONS, Function.identity())) {
      extensions.put(row.text("extname"), row.text("extversion"));
    }
    if (procedure == Scratch.Procedure.IN_PARALLEL) {
      requireDefaultVersions(session, extensions);
    }
    RestoreAccount account = RestoreAccount.of(session);
    Baseline now = PostgresCatalogue.INSTANCE.read(reading);
    if (procedure == Scratch.Procedure.AS_IN_PLACE) {
      requireLocks(session, Math.max(LockRoom.toDrop(reading), LockRoom.toMake(reading)));
    }
    StandIns standIns = StandIns.of(account, now, procedure);
    requireAccount(
        account.making(PostgresCatalogue.dumped(now), standIns.schemas()).largeObjectsOf(reading),
        extensions);
  }

  /** It is made in one transaction, and dropped in another to see that it can be. */
  private static void requireLocks(Connection session, long need) throws SQLException {
    LockRoom.require(
        session,
        need,
        "a drill by the procedure of a restore in place",
        "; or .restoringInParallel(), which rehearses no restore in place");
  }

  /** A new database has one extension, and everything else is made in it. */
  private static void requireAccount(RestoreAccount account, Map<String, String> extensions)
      throws SQLException {
    Map<String, String> created = new HashMap<>(extensions);
    created.remove("plpgsql");
    account
        .creating(created)
        .require(
            "restoreDrill(...).into(a target of such a server whose account is a superuser): the"
                + " copy is a new database");
  }

  /** The same of what the archive holds. */
  static StandIns requireAccount(
      Connection session, DumpArchive archive, Scratch.Procedure procedure)
      throws SQLException, IOException {
    RestoreAccount account = RestoreAccount.of(session);
    StandIns standIns =
        archive
            .definitions()
            .map(recorded -> StandIns.of(account, recorded, procedure))
            .orElse(StandIns.NONE);
    requireAccount(
        RestorePreflight.making(account, archive, standIns.schemas()),
        archive.needs().extensions());
    return standIns;
  }

  /** A newer pg_restore says by itself what an older server does not know. */
  static void requireParallel(ToolSearch.Tool tool, int major) {
    if (!tool.local() || tool.major() != major) {
      throw new Refusal(
          Finding.of("drill.parallel", "this pg_restore cannot restore in parallel here")
              .withExpected("pg_restore " + major + " of this machine")
              .withFound(String.join(" ", tool.command()) + ", " + tool.version())
              .withFix("PgTools.at(path), or leave out restoringInParallel()"));
    }
  }

  /** A dump does not say the version of an extension, and pg_restore makes the one of today. */
  static void requireDefaultVersions(Connection session, Map<String, String> extensions)
      throws SQLException {
    List<String> wanted = new ArrayList<>();
    List<String> made = new ArrayList<>();
    for (Map.Entry<String, String> extension : new TreeMap<>(extensions).entrySet()) {
      for (String version :
          Queries.column(
              session,
              "SELECT default_version FROM pg_available_extensions WHERE name = ?"
                  + " AND default_version <> ?",
              extension.getKey(),
              extension.getValue())) {
        wanted.add(extension.getKey() + " " + extension.getValue());
        made.add(extension.getKey() + " " + version);
      }
    }
    if (!wanted.isEmpty()) {
      throw new Refusal(
          Finding.of("drill.parallel", "a parallel restore would make another version of it")
              .withExpected(String.join(", ", wanted))
              .withFound(String.join(", ", made) + ", as CREATE EXTENSION makes them here")
              .withFix("leave out restoringInParallel(), which makes the recorded versions"));
    }
  }

  /** What the archive names and the server lacks: without it objects would be missing. */
  static void requireRolesAndExtensions(Connection session, DumpArchive archive)
      throws SQLException {
    List<String> missing = new ArrayList<>();
    List<String> fixes = new ArrayList<>();
    RestoreRequirements needs = archive.needs();
    for (String role : needs.roles()) {
      if (!Queries.exists(session, "SELECT 1 FROM pg_roles WHERE rolname = ?", role)) {
        missing.add("role " + ContentNames.word(role));
        fixes.add("CREATE ROLE " + SqlNames.quoted(role) + ";");
      }
    }
    for (Map.Entry<String, String> extension : needs.extensions().entrySet()) {
      String name = extension.getKey();
      String version = extension.getValue();
      if (!Queries.exists(
          session,
          "SELECT 1 FROM pg_available_extension_versions WHERE name = ? AND version = ?",
          name,
          version)) {
        missing.add("extension " + name + " " + version);
        fixes.add("install extension " + name + " " + version + " on the server");
      }
    }
    if (!missing.isEmpty()) {
      throw new Refusal(
          Finding.of("restore.missing", "the server lacks what the backup needs")
              .withExpected(String.join(", ", missing))
              .withFound("none of that name and version")
              .withFix(String.join(" ", fixes)));
    }
  }
}
