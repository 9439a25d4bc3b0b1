package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import dev.gatehouse.postgres.session.GatehouseSchema;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** A database, a vault, and what a run does with the two. */
public final class Dumps {
  final TestDatabase database;
  public final Target target;
  public final Vault vault;
  final PostgresBackups method;
  private final Path work;

  public Dumps(EngineUnderTest engine, TestDatabase database, Path work) {
    this(tools(engine), database, work);
  }

  Dumps(PgTools tools, TestDatabase database, Path work) {
    this.database = database;
    this.work = work;
    method = new PostgresBackups(tools);
    target =
        Target.at(
            "shop",
            database.jdbcUrl(),
            database.account(),
            database.secret(),
            Postgres.dialectWith(tools));
    vault = Vault.at(work.resolve("vault"));
  }

  /** The same database and vault, as another account or through another address. */
  Dumps(Dumps other, Target target) {
    database = other.database;
    work = other.work;
    method = other.method;
    this.target = target;
    vault = other.vault;
  }

  public static PgTools tools(EngineUnderTest engine) {
    return PgTools.at(
        Objects.requireNonNull(engine.tool("pg_dump").path().toAbsolutePath().getParent()));
  }

  public void execute(String... sql) throws Exception {
    try (Connection session = database.connect()) {
      for (String statement : sql) {
        Queries.run(session, statement);
      }
    }
  }

  Artifact backUp(int jobs) throws Exception {
    return backUp(new Options(false, false, jobs), Progress.SILENT);
  }

  Artifact backUp(Options options, Progress progress) throws Exception {
    try (Staging staging = vault.stage("run/" + UUID.randomUUID(), Instant.now())) {
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

  Path unpacked(Artifact artifact) throws Exception {
    Path directory = Files.createTempDirectory(work, "raw");
    vault.unpack(artifact, directory);
    return directory;
  }

  public Content content() throws Exception {
    return method.content(target, Progress.SILENT);
  }

  /** What the target holds, by the digests of that backup. */
  Content contentAs(Artifact artifact) throws Exception {
    return method.contentAs(artifact.manifest().content(), target, Progress.SILENT);
  }

  Baseline catalogue() throws Exception {
    try (Connection session = database.connect()) {
      return PostgresCatalogue.INSTANCE.read(session);
    }
  }

  Content drill(Artifact artifact) throws Exception {
    return drill(artifact, Scratch.Procedure.AS_IN_PLACE);
  }

  /** In what a drill's copy differs from what the backup recorded. */
  List<Finding> drillDifferences(Artifact artifact) throws Exception {
    return artifact.manifest().content().differences(drill(artifact));
  }

  Content drill(Artifact artifact, Scratch.Procedure procedure) throws Exception {
    return method.drill(
        artifact,
        unpacked(artifact),
        new Scratch.OnServer(target, procedure),
        "run/drill",
        Progress.SILENT);
  }

  /** As a run does it; whatever goes wrong, it is rolled back. */
  void restore(Artifact artifact, Path raw, Progress progress) throws Exception {
    RestoreMethod.InTransaction replacing = (RestoreMethod.InTransaction) method.restoring();
    replacing.preflight(artifact, raw, target, progress);
    replace(artifact, raw, progress);
  }

  void replace(Artifact artifact, Path raw, Progress progress) throws Exception {
    Concurrency concurrency = target.dialect().concurrency();
    RestoreMethod.InTransaction replacing = (RestoreMethod.InTransaction) method.restoring();
    try (Connection session = target.dialect().openWriting(target)) {
      GatehouseSchema.ensure(session);
      concurrency.begin(session);
      boolean done = false;
      try {
        replacing.replace(artifact, raw, session, progress);
        concurrency.mark(
            session, new Marker("run/" + UUID.randomUUID(), "run", "restore", "plan", "head"));
        done = true;
      } finally {
        if (!done) {
          concurrency.rollback(session);
        }
      }
      concurrency.commit(session);
    }
  }

  public Optional<String> databaseLike(String pattern) throws Exception {
    try (Connection session = database.connect()) {
      return Queries.column(
              session, "SELECT datname FROM pg_database WHERE datname LIKE ?", pattern)
          .stream()
          .findFirst();
    }
  }
}
