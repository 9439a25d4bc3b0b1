package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Backup by the online backup API or VACUUM INTO, restore by one rename. */
final class SqliteBackups implements BackupMethod, RestoreMethod.Swap {
  private static final Pattern BEYOND =
      Pattern.compile(
          "\\bATTACH\\b|\\bVACUUM\\s+\\w*\\s*INTO\\b|\\b(?:writefile|load_extension)\\b",
          Pattern.CASE_INSENSITIVE);

  private final Optional<ConnectionCustomizer> application;

  SqliteBackups(Optional<ConnectionCustomizer> application) {
    this.application = application;
  }

  @Override
  public List<String> preview(Options options) {
    String copy =
        options.compacting()
            ? "VACUUM INTO ?"
            : "sqlite3_backup_step(main, in steps of 4096 pages, one read transaction)";
    String rows =
        "SELECT every stored column FROM every table: rows and sha256-sum, in the same snapshot";
    List<String> content =
        options.compacting() || options.readTwice()
            ? List.of(rows)
            : List.of(
                "cat, by another process: sha256 of all pages in the same snapshot, which the"
                    + " copy's must be",
                "SELECT count(*) FROM every table NOT INDEXED, in the same snapshot",
                "where no other process can read them: " + rows);
    return Stream.concat(
            Stream.of(
                "BEGIN IMMEDIATE", "BEGIN; SELECT count(*) FROM sqlite_schema", "ROLLBACK", copy),
            content.stream())
        .toList();
  }

  @Override
  public void preflight(Target target, Options options) {
    if (options.jobs() > 1) {
      throw new Refusal(
          Finding.of("backup.one-file", "a backup of SQLite is one file, read in one go")
              .withExpected("a backup without inParallel(...)")
              .withFound("inParallel(" + options.jobs() + ")")
              .withFix("leave out inParallel(" + options.jobs() + ")"));
    }
    options.requireAllHeld("SQLite");
    if (options.compacting()) {
      options.requireReadOnce("SQLite that is compacted");
    }
    Preflight.check(target);
  }

  @Override
  public Produced backUp(
      Target target, Staging staging, String name, Options options, Progress progress)
      throws Exception {
    String file = name + ".backup";
    Produced produced = backUp(target, staging.file(file), options, progress);
    PagedContent.pagesOf(produced.content()).ifPresent(sha256 -> staging.require(file, sha256));
    return produced;
  }

  Produced backUp(Target target, Path file, Options options, Progress progress) throws Exception {
    return new FileBackup(target, file, application, progress).take(options);
  }

  /** The old database and whatever lay beside it are moved away whole, nothing is deleted. */
  @Override
  public List<String> restoreCommands(Produced produced) {
    return restoreCommands(produced.fileNames().get(0));
  }

  List<String> restoreCommands(String fileName) {
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
    try (FileSnapshot snapshot = FileSnapshot.of(target)) {
      return ContentReader.read(snapshot.sessions(), progress);
    }
  }

  /** Equal pages are equal content; those of other pages may hold it too, which is not asked. */
  @Override
  public Content contentAs(Content recorded, Target target, Progress progress) throws Exception {
    if (PagedContent.pagesOf(recorded).isEmpty()) {
      return content(target, progress);
    }
    try (FileSnapshot snapshot = FileSnapshot.withPages(target)) {
      Optional<PagedContent> read =
          snapshot.pages().isEmpty()
              ? Optional.empty()
              : PagedContent.of(
                  snapshot.pages().get(), snapshot.sessions(), progress, side -> true);
      return read.isPresent()
          ? read.get().content()
          : ContentReader.read(snapshot.sessions(), progress);
    }
  }

  @Override
  public RestoreMethod restoring() {
    return this;
  }

  @Override
  public void restore(Artifact artifact, Path raw, Target target, String key, Progress progress)
      throws Exception {
    restoreFile(artifact, file(artifact, raw), target, key, progress);
  }

  void restoreFile(Artifact artifact, Path raw, Target target, String key, Progress progress)
      throws Exception {
    new FileRestore(artifact, target, application, key, progress).restore(raw);
  }

  private static Path file(Artifact artifact, Path raw) {
    return raw.resolve(artifact.manifest().files().get(0).rawName());
  }

  @Override
  public State state(Target target, String key) throws Exception {
    return new Quarantine(DatabaseFile.of(target), key).state();
  }

  /** What opens another file: the only way out of one. */
  @Override
  public List<String> beyondCopy(List<String> statements, Connection source) {
    return BEYOND
        .matcher(String.join("\n", statements))
        .results()
        .map(found -> found.group() + " opens another file")
        .distinct()
        .toList();
  }

  /** An unpacked copy needs no other place than where it lies. */
  @Override
  public void preflightDrill(Target source, Scratch scratch) {
    if (!(scratch instanceof Scratch.InDirectory)) {
      throw new Refusal(
          Finding.of("drill.scratch", "a drill of SQLite takes place in a directory")
              .withExpected("a scratch directory")
              .withFound(scratch.toString())
              .withFix("restoreDrill(...).into(Path.of(\"/path/to/scratch\"))"));
    }
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
    Path copy = file(artifact, raw);
    Content content = drill(artifact, copy, progress);
    restored.asked(
        Target.at(
            "drill", DatabaseFile.url(copy), new SqliteDialect(Patience.DEFAULT, application)));
    return content;
  }

  Content drill(Artifact artifact, Path raw, Progress progress) throws Exception {
    progress.reached("drill.begun");
    try (Connection copy = Copies.open(raw, application)) {
      progress.interruptibleBy(Driver.canceller(copy));
      progress.reached("drill.opened");
      Copies.requireSound(copy, raw, "integrity_check", progress);
      progress.reached("drill.integrity-checked");
      progress.continuing();
      tellOrphans(copy, progress);
      progress.reached("drill.foreign-keys-checked");
    }
    progress.reached("drill.closed");
    Content content = Copies.contentAs(artifact.manifest().content(), raw, application, progress);
    progress.reached("drill.content-read");
    return content;
  }

  /** The source may have had them: the copy is no worse, but its owner should know. */
  private static void tellOrphans(Connection copy, Progress progress) throws SQLException {
    try {
      long orphans = Queries.number(copy, "SELECT count(*) FROM pragma_foreign_key_check");
      if (orphans > 0) {
        progress.noticed(
            Finding.of("copy.orphans", "rows refer to rows that do not exist")
                .withExpected("every reference leads to a row")
                .withFound(orphans + " rows that lead nowhere, in the backup as in its source")
                .withFix("PRAGMA foreign_key_check; lists each; delete or correct them"));
      }
    } catch (SQLException e) {
      if (!ResultCodes.lacksWhatTheApplicationHas(e)) {
        throw e;
      }
      progress.noticed(
          SqliteChecks.unchecked(
              "references are not looked at",
              "foreign_key_check",
              new Soundness(List.of(), List.of(String.valueOf(e.getMessage())))));
    }
  }
}
