package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A database, a vault, and what a run does with the two. */
final class Backups implements AutoCloseable {
  final TestDatabase database;
  final Target target;
  final MySqlBackups method;
  private final Path work;

  Backups(Served served, Path work) {
    this(served, served.engine().database(), work);
  }

  /** In a database of another server. */
  Backups(Served served, TestDatabase database, Path work) {
    this(served, database, work, MySqlBackups.INSTANCE);
  }

  /** By another method. */
  Backups(Served served, TestDatabase database, Path work, MySqlBackups method) {
    this.work = work;
    this.method = method;
    this.database = database;
    target = target(served.driver(), database);
  }

  static Target target(String driver, TestDatabase database) {
    return Target.at(
        "shop", database.jdbcUrl(driver), database.account(), database.secret(), MySql.dialect());
  }

  /** Made when it is first asked for. */
  Vault vault() {
    return Vault.at(work.resolve("vault"));
  }

  void execute(String... sql) throws Exception {
    database.run(List.of(sql));
  }

  Artifact backUp() throws Exception {
    return backUp(Options.DEFAULT, Progress.SILENT);
  }

  Artifact backUp(Options options, Progress progress) throws Exception {
    try (Staging staging = vault().stage("run/" + UUID.randomUUID(), Instant.now())) {
      Produced made = method.backUp(target, staging, "shop", options, progress);
      return staging.publish(
          Facts.of(
                  made.fileNames(),
                  made.method(),
                  made.content(),
                  made.source().identity(),
                  made.snapshotAt(),
                  made.versions())
              .restoredBy(method.restoreCommands(made)));
    }
  }

  static Options accepting(String... tables) {
    return Options.DEFAULT.alsoOf(Set.of(tables));
  }

  Path unpacked(Artifact artifact) throws Exception {
    Path directory = Files.createTempDirectory(work, "raw");
    vault().unpack(artifact, directory);
    return directory;
  }

  Content content() throws Exception {
    return method.content(target, Progress.SILENT);
  }

  /** What a drill finds other than recorded. */
  List<Finding> drill(Artifact artifact) throws Exception {
    return drill(artifact, unpacked(artifact));
  }

  List<Finding> drill(Artifact artifact, Path raw) throws Exception {
    Content found =
        method.drill(artifact, raw, new Scratch.OnServer(target), drillKey(), Progress.SILENT);
    return artifact.manifest().content().differences(found);
  }

  /** Other classes drill on the same server at the same time. */
  private String drillKey() {
    return "run/drill of " + database.name();
  }

  /** The copy that a drill left on the server. */
  List<String> copies() throws Exception {
    String found =
        database.one(
            "SELECT COALESCE(GROUP_CONCAT(schema_name), '') FROM information_schema.schemata WHERE"
                + " schema_name = '%s'".formatted(DrillCopies.name(drillKey())));
    return found.isEmpty() ? List.of() : List.of(found);
  }

  /** Databases that a restore keeps beside its target, or has not removed; others have theirs. */
  List<String> replaced(ExchangePlaces places) throws Exception {
    String found =
        database.one(
            "SELECT COALESCE(GROUP_CONCAT(schema_name), '') FROM information_schema.schemata WHERE"
                + " schema_name IN ('%s', '%s')".formatted(places.side(), places.old()));
    return found.isEmpty() ? List.of() : List.of(found.split(","));
  }

  @Override
  public void close() {
    database.close();
  }
}
