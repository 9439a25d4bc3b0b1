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
import dev.gatehouse.mysql.script.BeyondCopy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Backup by rows under one snapshot, in one session and without a client program; or, where a tool
 * is named, by mysqldump or mariadb-dump. Drilled and restored are both in the same way.
 */
public final class MySqlBackups implements BackupMethod {
  public static final MySqlBackups INSTANCE = new MySqlBackups(Optional.empty());

  private final Optional<DumpTools> tools;

  private MySqlBackups(Optional<DumpTools> tools) {
    this.tools = tools;
  }

  /** By the dump tool of the server's product. */
  public static MySqlBackups by(DumpTools tools) {
    return new MySqlBackups(Optional.of(tools));
  }

  @Override
  public List<String> preview(Options options) {
    List<String> lines = new ArrayList<>();
    if (tools.isPresent()) {
      lines.add("SHOW CREATE of the database and of every object in it");
      lines.add(
          "FLUSH TABLES WITH READ LOCK, given up after 2 s; two transactions begin and see the same"
              + " rows; UNLOCK TABLES, at most 2 s later");
      lines.add(DumpProgram.shown() + "  # " + tools.get() + ", login on its standard input");
      lines.add("rows and " + RowDigest.ALGORITHM + " of every table, in the other transaction");
      options.unheld().stream()
          .sorted()
          .forEach(table -> lines.add("not under that snapshot: " + table));
      lines.add("compare definitions before, in the dump and after, and the numbers of rows");
      return List.copyOf(lines);
    }
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
    BackupPreflight.check(target, options, tools);
  }

  @Override
  public Produced backUp(
      Target target, Staging staging, String name, Options options, Progress progress)
      throws Exception {
    BackupPreflight.check(target, options, tools);
    try {
      return tools.isPresent()
          ? new DumpBackup(target, tools.get(), staging, options, progress).take(name)
          : new JdbcBackup(target, staging, options, progress).take();
    } catch (IOException e) {
      throw staging
          .whenFull(e, () -> "room for all rows as text, compressed")
          .map(Exception.class::cast)
          .orElse(e);
    }
  }

  /** The client reads the files in the current directory. */
  @Override
  public List<String> restoreCommands(Produced produced) {
    if (BackupManifest.isDump(produced.method())) {
      return List.of(
          "DB=restored  # a new database beside the old one; definers must exist, see manifest.json",
          "mysql -e \"CREATE DATABASE $DB "
              + produced.versions().get(DumpBackup.DEFAULTS)
              + "\"  # options of the client as you use them",
          "mysql --comments \"$DB\" < './"
              + produced.fileNames().get(0).replace("'", "'\\''")
              + "'  # events are made as they were, enabled ones too");
    }
    return List.of(
        "DB=restored  # a new database beside the old one; definers must exist, see manifest.json",
        "mysql -e \"CREATE DATABASE $DB\"  # options of the client as you use them",
        "mysql --comments \"$DB\" < " + SchemaScripts.SCHEMA,
        "mysql --local-infile=1 \"$DB\" < "
            + SchemaScripts.LOAD
            + "  # the server needs local_infile = ON",
        "mysql --comments \"$DB\" < " + SchemaScripts.PROGRAMS + "  # events are made disabled");
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
  public List<String> beyondCopy(List<String> statements, Connection source) throws SQLException {
    return BeyondCopy.of(statements, source);
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
