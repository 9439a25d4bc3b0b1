package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Backup by the online backup API or VACUUM INTO, restore by one rename. */
final class SqliteBackups implements BackupMethod {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteBackups.class);

  @Override
  public List<String> preview(Options options) {
    String copy =
        options.compacting()
            ? "VACUUM INTO ?"
            : "sqlite3_backup_step(main, in steps of 4096 pages, one read transaction)";
    return List.of(
        "BEGIN IMMEDIATE",
        "BEGIN; SELECT count(*) FROM sqlite_schema",
        "ROLLBACK",
        copy,
        "SELECT every stored column FROM every table: rows and sha256-sum, in the same snapshot");
  }

  @Override
  public void preflight(Target target) {
    Preflight.check(target);
  }

  @Override
  public Produced backUp(Target target, Path file, Options options, Progress progress)
      throws Exception {
    return new FileBackup(target, file, progress).take(options);
  }

  /** The old database and whatever lay beside it are moved away whole, nothing is deleted. */
  @Override
  public List<String> restoreCommands(String fileName) {
    String copy = "'./" + fileName.replace("'", "'\\''") + "'";
    return List.of(
        "DB=/path/to/the/database.db  # stop the application first",
        "sqlite3 " + copy + " 'PRAGMA integrity_check'  # must print ok",
        "fuser \"$DB\"  # must print nothing",
        "cp " + copy + " \"$DB.new\"",
        "chmod --reference=\"$DB\" \"$DB.new\" && chown --reference=\"$DB\" \"$DB.new\"",
        "sync \"$DB.new\"",
        "mkdir \"$DB.old\"",
        "for f in \"$DB\" \"$DB-wal\" \"$DB-shm\" \"$DB-journal\"; do"
            + " if [ -e \"$f\" ]; then mv \"$f\" \"$DB.old/\"; fi; done",
        "mv \"$DB.new\" \"$DB\" && sync \"$(dirname \"$DB\")\"",
        "sqlite3 \"$DB\" 'PRAGMA integrity_check'  # must print ok");
  }

  @Override
  public Content content(Target target, Progress progress) throws Exception {
    try (Snapshot snapshot = Snapshot.of(target)) {
      return ContentReader.read(snapshot.sessions(), progress);
    }
  }

  @Override
  public void restore(Artifact artifact, Path raw, Target target, String key, Progress progress)
      throws Exception {
    new FileRestore(artifact, target, key, progress).restore(raw);
  }

  @Override
  public RestoreState restoreState(Target target, String key) throws Exception {
    return new Quarantine(DatabaseFile.of(target), key).state();
  }

  @Override
  public Content drill(Artifact artifact, Path raw, Path scratch, Progress progress)
      throws Exception {
    progress.reached("drill.begun");
    try (Connection copy = Copies.open(raw)) {
      progress.interruptibleBy(Driver.canceller(copy));
      progress.reached("drill.opened");
      Copies.requireSound(copy, raw, "integrity_check");
      progress.reached("drill.integrity-checked");
      progress.continuing();
      long orphans = Ask.number(copy, "SELECT count(*) FROM pragma_foreign_key_check");
      if (orphans > 0) {
        // The source may have had them: the copy is no worse, but its owner should know.
        LOG.warn("{}: {} rows refer to rows that do not exist", artifact.id(), orphans);
      }
      progress.reached("drill.foreign-keys-checked");
    }
    progress.reached("drill.closed");
    Content content = Copies.content(raw, progress);
    progress.reached("drill.content-read");
    return content;
  }
}
