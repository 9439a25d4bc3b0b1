package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One drill: a database of its own, made from template0 as the source was made, restored, read and
 * dropped. What dead drills left is known by its name, its comment, and a lock that nobody holds.
 */
final class DrillDatabase {
  /** From this version on event triggers may answer to logins, and may be kept from it. */
  private static final int EVENT_TRIGGERS_OFF = 17;

  private static final String READ_ONLY =
      "SELECT reset_val = 'on' FROM pg_settings WHERE name = 'default_transaction_read_only'";

  private final Target target;
  private final Scratch.Procedure procedure;
  private final PgTools tools;
  private final Artifact artifact;
  private final Progress progress;

  DrillDatabase(Scratch.OnServer scratch, PgTools tools, Artifact artifact, Progress progress) {
    this.target = scratch.server();
    this.procedure = scratch.procedure();
    this.tools = tools;
    this.artifact = artifact;
    this.progress = progress;
  }

  Content drill(Path raw, String key, BackupMethod.Restored restored) throws Exception {
    DumpArchive archive = DumpArchive.of(artifact, raw);
    progress.reached("drill.begun");
    String name = DrillCopies.PREFIX + Sha256.of(key).substring(0, 16);
    try (Server server = Server.of(target, tools)) {
      server.requireMajorOf(archive.major(), "the scratch server");
      Connection session = server.session();
      // No statement of ours here may be cut short: what it leaves would lie there.
      Queries.run(session, "SET statement_timeout = 0");
      DrillCopies.sweep(target, session, progress::noticed);
      DrillPreflight.requireRolesAndExtensions(session, archive);
      if (procedure == Scratch.Procedure.IN_PARALLEL) {
        DrillPreflight.requireDefaultVersions(session, archive.needs().extensions());
      }
      StandIns standIns = DrillPreflight.requireAccount(session, archive, procedure);
      lock(session, name);
      progress.continuing();
      Content content;
      try {
        content = restored(server, session, name, archive, standIns, raw, restored);
      } catch (Throwable failure) {
        drop(session, name, failure::addSuppressed);
        throw failure;
      }
      drop(session, name, proofStands -> {});
      progress.reached("drill.dropped");
      return content;
    }
  }

  private Content restored(
      Server server,
      Connection session,
      String name,
      DumpArchive archive,
      StandIns standIns,
      Path raw,
      BackupMethod.Restored restored)
      throws Exception {
    create(session, name, archive);
    if (server.major() >= EVENT_TRIGGERS_OFF && archive.order().hasEventTriggers()) {
      keepFromAnswering(session, name);
    }
    progress.reached("drill.created");
    Target database = DrillCopies.at(target, name);
    RestoreInPlace inPlace = new RestoreInPlace(tools);
    RecordedContent recorded = RecordedContent.of(artifact, archive);
    if (procedure == Scratch.Procedure.IN_PARALLEL) {
      restoreInParallel(server, name, archive, raw);
      try (Connection copy = Sessions.own(database)) {
        RestorePublic.dropUnless(archive.definitions(), copy);
      }
    } else {
      standIns.make(database);
      recorded = restoreAs(inPlace, database, archive, standIns);
    }
    progress.reached("drill.restored");
    Content content = recorded.compared(ContentReader.live(database, recorded.way(), progress));
    progress.reached("drill.content-read");
    if (procedure == Scratch.Procedure.AS_IN_PLACE) {
      inPlace.rehearseDropping(database);
    }
    restored.asked(database);
    return content;
  }

  /** That it cannot be dropped is told, and takes nothing from what was found out before. */
  private void drop(Connection session, String name, Consumer<Exception> failed) {
    try {
      DrillCopies.drop(target, session, name);
    } catch (SQLException | RuntimeException e) {
      failed.accept(e);
      progress.noticed(DrillCopies.left(target, name, e));
    }
  }

  /** Its statements in its order, all in one transaction. */
  private RecordedContent restoreAs(
      RestoreInPlace inPlace, Target database, DumpArchive archive, StandIns standIns)
      throws Exception {
    try (Connection session = Sessions.writing(database)) {
      session.setAutoCommit(false);
      RecordedContent recorded =
          LockRoom.toldWhenFull(
              () -> inPlace.restore(artifact, archive, standIns, session, progress));
      session.commit();
      return recorded;
    }
  }

  private void restoreInParallel(Server server, String name, DumpArchive archive, Path raw)
      throws Exception {
    ToolSearch.Tool tool = server.restore();
    DrillPreflight.requireParallel(tool, server.major());
    ToolLogin login = server.login().to(name);
    for (List<String> options : archive.order().executions(raw)) {
      List<String> words =
          new ArrayList<>(
              List.of(
                  "--jobs=2",
                  "--exit-on-error",
                  "--no-password",
                  "--dbname=" + ToolLogin.CONNECTION));
      words.addAll(options);
      words.add(archive.path().toString());
      new ToolProcess(tool, words, login.scrubber(), tools.patience(), progress)
          .runInParallel(login, raw, new DrillSize(target, name));
    }
  }

  private static void create(Connection session, String name, DumpArchive archive)
      throws SQLException {
    List<String> sql = new ArrayList<>(List.of("CREATE DATABASE " + name, "TEMPLATE template0"));
    option(sql, "ENCODING", archive.fact("encoding"));
    option(sql, "LC_COLLATE", archive.fact("collate"));
    option(sql, "LC_CTYPE", archive.fact("ctype"));
    if (archive.fact("locale provider").equals("i")) {
      sql.add("LOCALE_PROVIDER icu");
      option(sql, "ICU_LOCALE", archive.fact("locale"));
    } else if (archive.fact("locale provider").equals("b")) {
      sql.add("LOCALE_PROVIDER builtin");
      option(sql, "BUILTIN_LOCALE", archive.fact("locale"));
    }
    Queries.run(session, String.join(" ", sql));
    if (Queries.isTrue(session, READ_ONLY)) {
      // Said of a role in one database it wins over what the role says of itself.
      Queries.run(
          session,
          "ALTER ROLE SESSION_USER IN DATABASE "
              + name
              + " SET default_transaction_read_only = off");
    }
    Queries.run(
        session,
        "COMMENT ON DATABASE "
            + name
            + " IS "
            + SqlNames.literal(DrillCopies.OWNER + database(session)));
  }

  /** One that answers to logins would keep the drill out, or write into what is compared. */
  private static void keepFromAnswering(Connection session, String name) throws SQLException {
    try {
      Queries.run(
          session, "ALTER ROLE SESSION_USER IN DATABASE " + name + " SET event_triggers = off");
    } catch (SQLException e) {
      if (!SqlStates.is(e, SqlStates.INSUFFICIENT_PRIVILEGE)) {
        throw e;
      }
    }
  }

  private static void option(List<String> sql, String option, String value) {
    if (!value.isEmpty()) {
      sql.add(option + " " + SqlNames.literal(value));
    }
  }

  private static String database(Connection session) throws SQLException {
    return Queries.pinned(session, "SELECT current_database()");
  }

  private void lock(Connection session, String name) throws SQLException {
    if (!DrillCopies.tryLock(session, name)) {
      throw new SQLException(
          "another drill of the same step is under way in database " + name,
          SqlStates.LOCK_NOT_AVAILABLE);
    }
    DrillCopies.drop(target, session, name);
  }
}
