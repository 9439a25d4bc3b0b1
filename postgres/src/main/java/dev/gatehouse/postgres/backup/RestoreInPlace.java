package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.session.Canceller;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlStates;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;

/**
 * All in one transaction of the target: its objects dropped, the archive's replayed from
 * pg_restore's SQL through our own splitter and the driver, the content compared. psql has no part
 * in it.
 */
final class RestoreInPlace implements RestoreMethod.InTransaction {
  private final PgTools tools;

  RestoreInPlace(PgTools tools) {
    this.tools = tools;
  }

  @Override
  public void refuseUnfit(Artifact artifact, Target target) {
    int major = DumpArchive.of(artifact, artifact.directory()).major();
    try (Server server = Server.of(target, tools)) {
      server.requireMajorOf(major, "the target");
    }
  }

  @Override
  public List<String> refuseUnrestorable(Target target) throws Exception {
    try (Connection session = Sessions.own(target)) {
      return RestorePreflight.planned(session);
    }
  }

  @Override
  public void preflight(Artifact artifact, Path raw, Target target, Progress progress)
      throws Exception {
    DumpArchive archive = DumpArchive.of(artifact, raw);
    try (Server server = Server.of(target, tools)) {
      server.requireMajorOf(archive.major(), "the target");
      archive.requireReadable(server.restore(), tools, progress);
      RestorePreflight.check(server.session(), archive);
    }
  }

  @Override
  public void refuseSessions(Target target) throws Exception {
    try (Connection session = Sessions.own(target)) {
      RestoreSessions.refuse(session, target.name());
    }
  }

  @Override
  public void endSessions(Target target) throws Exception {
    try (Connection session = Sessions.own(target)) {
      RestoreSessions.end(session, target.name());
    }
  }

  @Override
  public Content replace(Artifact artifact, Path raw, Connection session, Progress progress)
      throws Exception {
    DumpArchive archive = DumpArchive.of(artifact, raw);
    ExtensionTableParts parts = ExtensionTableParts.of(session);
    RecordedContent recorded =
        LockRoom.toldWhenFull(() -> restore(artifact, archive, StandIns.NONE, session, progress));
    parts.requireKept(session);
    Content found =
        recorded.comparedInPlace(ContentReader.within(session, recorded.way(), progress));
    requireEqual(artifact, found);
    progress.reached("restore.proved");
    return found;
  }

  /**
   * Everything but the proof, without which a restore in place is never committed.
   *
   * @return what it is to be compared with
   */
  RecordedContent restore(
      Artifact artifact,
      DumpArchive archive,
      StandIns standIns,
      Connection session,
      Progress progress)
      throws Exception {
    ToolSearch.Tool tool = new ToolSearch(tools, Server.major(session)).restore();
    Queries.run(session, "SET LOCAL statement_timeout = 0");
    orToldWhoHolds(session, () -> ExtensionRows.lock(session));
    RestoreKept kept = RestoreKept.of(session, archive, standIns);
    orToldWhoHolds(session, () -> new DropAllObjects(session, kept).wipe());
    progress.reached("restore.emptied");
    progress.continuing();
    Runnable canceller = Canceller.of(session);
    RestoreReplay replay = RestoreReplay.into(session, kept, archive, progress);
    archive.replay(tool, canceller, progress, replay::read);
    replay.requireWhole();
    RestorePublic.dropUnless(archive.definitions(), session);
    progress.interruptibleBy(canceller);
    progress.reached("restore.replayed");
    // The archive's own settings would hold for the marker as well.
    Queries.run(session, "SELECT pg_catalog.set_config('default_tablespace', '', true)");
    return RecordedContent.of(artifact, archive)
        .without(standIns)
        .noting(MemberGrants.NOTE, replay.leftAlone())
        .withPrivilegesOfOthers(RestoreSystemObjects.ofOthers(session));
  }

  /**
   * Whether all that is there could be dropped, as it would be before a restore: rolled back.
   *
   * @throws StepFailed naming the statement that cannot be executed
   */
  void rehearseDropping(Target copy) throws Exception {
    // Closed without a commit, so that it is rolled back.
    try (Connection session = Sessions.writing(copy)) {
      session.setAutoCommit(false);
      LockRoom.toldWhenFull(
          () -> {
            new DropAllObjects(session, RestoreKept.asNow(session)).wipe();
            return true;
          });
    } catch (SQLException e) {
      StepFailed failed =
          new StepFailed(
              Finding.of("restore.drop", "what is restored could not be dropped by a restore")
                  .withExpected("everything dropped before a restore in place")
                  .withFound(String.valueOf(e.getMessage()))
                  .withFix("drop what it names in the source, or restore beside the target"));
      failed.initCause(e);
      throw failed;
    }
  }

  /** What waits for locks. */
  @FunctionalInterface
  private interface Work {
    void execute() throws SQLException;
  }

  private static void orToldWhoHolds(Connection session, Work work) throws SQLException {
    Savepoint before = session.setSavepoint();
    try {
      work.execute();
    } catch (SQLException e) {
      if (SqlStates.is(e, SqlStates.LOCK_NOT_AVAILABLE)) {
        session.rollback(before);
        throw RestoreLocks.held(session, e);
      }
      throw e;
    }
    session.releaseSavepoint(before);
  }

  private static void requireEqual(Artifact artifact, Content found) {
    List<Finding> differences = artifact.manifest().content().differences(found);
    if (!differences.isEmpty()) {
      throw new StepFailed(differences);
    }
  }
}
