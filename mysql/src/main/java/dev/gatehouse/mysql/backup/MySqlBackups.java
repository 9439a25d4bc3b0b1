package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.ChangeLog;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Backup by rows under one snapshot, in one session and without a client program. */
public final class MySqlBackups implements BackupMethod {
  public static final MySqlBackups INSTANCE = new MySqlBackups();

  private MySqlBackups() {}

  @Override
  public List<String> preview(Options options) {
    List<String> lines = new ArrayList<>();
    lines.add("SHOW CREATE of the database and of every object in it");
    lines.add(
        "MySQL, where the account may: FLUSH TABLES WITH READ LOCK for a moment, given up after"
            + " 2 s, and the place in the binary log; UNLOCK TABLES");
    lines.add("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    lines.add(
        "SELECT every stored column FROM every table: rows and "
            + RowDigest.ALGORITHM
            + ", in that snapshot; given up where somebody waits for what is read");
    options.unheld().stream()
        .sorted()
        .forEach(table -> lines.add("not under that snapshot: " + table));
    lines.add("compare the definitions before and after");
    return List.copyOf(lines);
  }

  @Override
  public void preflight(Target target, Options options) {
    BackupPreflight.check(target, options);
  }

  @Override
  public Produced backUp(
      Target target, Staging staging, String name, Options options, Progress progress)
      throws Exception {
    BackupPreflight.check(target, options);
    return new JdbcBackup(target, staging, options, progress).take();
  }

  /** The client reads the files in the current directory. */
  @Override
  public List<String> restoreCommands(Produced produced) {
    return List.of(
        "DB=restored  # a new database beside the old one; definers must exist, see manifest.json",
        "mysql -e \"CREATE DATABASE $DB\"  # options of the client as you use them",
        "mysql \"$DB\" < " + SchemaScripts.SCHEMA,
        "mysql --local-infile=1 \"$DB\" < "
            + SchemaScripts.LOAD
            + "  # the server needs local_infile = ON",
        "mysql \"$DB\" < " + SchemaScripts.PROGRAMS + "  # events are made disabled");
  }

  @Override
  public Content content(Target target, Progress progress) throws Exception {
    Schema before = SnapshotReading.schema(target);
    try (Snapshot snapshot = Snapshot.withoutPlace(target)) {
      return SnapshotReading.live(target, snapshot, before, SnapshotReading.Rows.NOWHERE, progress)
          .content();
    }
  }

  @Override
  public RestoreMethod restoring() {
    return TableExchange.INSTANCE;
  }

  @Override
  public Optional<ChangeLog> changes() {
    return Optional.of(BinaryLogChanges.INSTANCE);
  }

  @Override
  public void preflightDrill(Target source, Scratch scratch) {
    DrillPreflight.check(source, scratch);
  }

  @Override
  public Content drill(
      Artifact artifact,
      Path raw,
      Scratch scratch,
      String key,
      Restored restored,
      Progress progress)
      throws Exception {
    return new DrillDatabase(DrillPreflight.server(scratch), artifact, progress)
        .drill(raw, key, restored);
  }
}
