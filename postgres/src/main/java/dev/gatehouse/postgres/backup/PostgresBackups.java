package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Backup by pg_dump, content by SQL, restore in one transaction. */
public final class PostgresBackups implements BackupMethod {
  private final PgTools tools;

  public PostgresBackups(PgTools tools) {
    this.tools = tools;
  }

  @Override
  public List<String> preview(Options options) {
    List<String> command = new ArrayList<>(List.of("pg_dump"));
    command.addAll(
        options.jobs() > 1
            ? List.of("--format=directory", "--jobs=" + options.jobs())
            : List.of("--format=custom", "--compress=0"));
    command.addAll(DumpBackup.arguments("(exported)"));
    return List.of(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot()",
        String.join(" ", command) + "  # tools " + tools + ", login on its standard input",
        switch (SourceReading.of(options)) {
          case OF_THE_DUMP ->
              "SELECT count(*) FROM every table, in the same snapshot; the digests are of the dump";
          case TWICE -> "COPY every table TO STDOUT, in the same snapshot";
          case BESIDE ->
              "SELECT count(*), sum(hashtextextended(ROW(...)::text, 0)) FROM every table, in the"
                  + " same snapshot";
        },
        "compare the digest of the schema before and after");
  }

  @Override
  public void preflight(Target target, Options options) {
    try (Server server = Server.forTools(target, tools)) {
      BackupPreflight.check(server, options);
    }
  }

  @Override
  public Produced backUp(
      Target target, Staging staging, String name, Options options, Progress progress)
      throws Exception {
    try (Server server = Server.forTools(target, tools)) {
      ToolSearch.Tool tool = BackupPreflight.check(server, options);
      return new DumpBackup(server, tool, staging, options, progress).take(name);
    }
  }

  @Override
  public List<String> restoreCommands(Produced produced) {
    String from =
        produced.method().equals(DumpBackup.DIRECTORY)
            ? "."
            : "'./" + Definitions.others(produced.fileNames()).get(0).replace("'", "'\\''") + "'";
    String major = String.valueOf(produced.versions().get("postgresql")).split("\\.", 2)[0];
    List<String> commands = new ArrayList<>();
    for (String fact : List.of(DumpBackup.WARNED, NotCompared.FACT, NotCompared.DATABASE)) {
      String told = produced.versions().get(fact);
      if (told != null) {
        commands.add("# " + fact + ": " + told.replaceAll("[\\p{Cntrl}`]", "?"));
      }
    }
    commands.addAll(commands(produced, from, major));
    return List.copyOf(commands);
  }

  private static List<String> commands(Produced produced, String from, String major) {
    return List.of(
        "DB=restored  # a new database beside the old one; roles must exist, see manifest.json",
        "pg_restore --version  # must be " + major + " or newer, as must be the server",
        "pg_restore --file=/dev/null " + from,
        "createdb --template=template0 --encoding="
            + produced.versions().get("encoding")
            + " --lc-collate='"
            + produced.versions().get("collate")
            + "' --lc-ctype='"
            + produced.versions().get("ctype")
            + "' \"$DB\"",
        "pg_restore --exit-on-error --dbname=\"$DB\" " + from,
        "vacuumdb --analyze-only \"$DB\"");
  }

  @Override
  public Content content(Target target, Progress progress) throws Exception {
    return ContentReader.live(target, TableReading.Way.HASHING, progress).content();
  }

  @Override
  public Content contentAs(Content recorded, Target target, Progress progress) throws Exception {
    return ContentReader.live(target, SourceReading.as(recorded, ContentTable::copied), progress)
        .content();
  }

  @Override
  public RestoreMethod restoring() {
    return new RestoreInPlace(tools);
  }

  @Override
  public List<String> beyondCopy(List<String> statements, Connection source) throws SQLException {
    return BeyondCopy.of(statements, source);
  }

  @Override
  public void preflightDrill(Target source, Scratch scratch) {
    DrillPreflight.check(source, scratch, tools);
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
    return new DrillDatabase(DrillPreflight.server(scratch), tools, artifact, progress)
        .drill(raw, key, restored);
  }
}
