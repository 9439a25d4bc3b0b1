package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.ChangeLog;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.binlog.Resolution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** From the place in the binary log that a backup has recorded. */
final class BinaryLogChanges implements ChangeLog {
  static final BinaryLogChanges INSTANCE = new BinaryLogChanges();

  private BinaryLogChanges() {}

  @Override
  public Replay resolve(Artifact artifact, Path directory, Stop stop, boolean statements)
      throws IOException {
    UnpackedBackup.requireMethod(artifact);
    Map<String, String> facts = artifact.manifest().versions();
    String file = facts.getOrDefault(Snapshot.LOG_FILE, "");
    String offset = facts.getOrDefault(Snapshot.LOG_POSITION, "");
    String database = facts.getOrDefault(Snapshot.LOG_DATABASE, "");
    if (file.isEmpty() || database.isEmpty() || !offset.matches("\\d{1,18}")) {
      throw new Refusal(
          Finding.of("changes.no-recovery-point", "the backup has no place in the binary log")
              .withExpected("a backup with " + Snapshot.LOG_FILE + " and " + Snapshot.LOG_POSITION)
              .withFound(
                  artifact.id()
                      + ": "
                      + facts.getOrDefault(Snapshot.NO_RECOVERY_POINT, "none is recorded"))
              .withFix("choose a backup with one, or restore without replaying(...)"));
    }
    if (facts.getOrDefault(BackupManifest.CASE, "").equals("2")) {
      throw new Refusal(
          Finding.of("changes.names", "the log has names of databases in other letters")
              .withExpected(
                  BackupManifest.CASE + " 0 or 1, under which a name is written in one way")
              .withFound(BackupManifest.CASE + " 2")
              .withFix("restore without replaying(...)"));
    }
    return Resolution.of(
        new Resolution.Backup(
            database,
            facts.getOrDefault(BackupManifest.PRODUCT, "").split(" ", 2)[0],
            facts.getOrDefault(Snapshot.LOG_SERVER, ""),
            new Position(file, Long.parseLong(offset)),
            artifact.manifest().snapshotAt()),
        directory,
        stop,
        statements);
  }

  @Override
  public RestoreMethod.Swap restoring(Replay replay) {
    return new TableExchange(Optional.of(replay));
  }
}
