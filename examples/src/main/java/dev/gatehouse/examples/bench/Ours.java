package dev.gatehouse.examples.bench;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Our side of a pair, in a JVM of its own: TASK DATABASE DIRECTORY. */
final class Ours {
  private static final int STEPS = 1_000;

  private final Path database;
  private final Path directory;

  private Ours(Path database, Path directory) {
    this.database = database;
    this.directory = directory;
  }

  public static void main(String... arguments) throws Exception {
    new Ours(Path.of(arguments[1]), Path.of(arguments[2])).run(arguments[0]);
    Measured.heap();
  }

  private void run(String task) throws Exception {
    switch (task) {
      case "vacuum" -> publishBare("VACUUM INTO ");
      case "copy" -> publishBare("backup to ");
      case "compact" -> runbookOf(backUp(into(vault())).compacted());
      case "backup" -> runbookOf(backUp(into(vault())));
      case "verify" -> vault().verify(vault().artifacts().get(0));
      case "content" -> content(target());
      case "integrity" -> Measured.inner(this::integrity);
      case "plan" -> plan();
      default -> throw new IllegalArgumentException("no such task: " + task);
    }
  }

  /** Opens the file, which what is done in the vault alone does not need. */
  private Target target() {
    return Sqlite.file("bench", database);
  }

  private Vault vault() {
    return Vault.at(directory.resolve("vault"));
  }

  private static void content(Target target) throws Exception {
    BackupMethod method = target.dialect().backups().orElseThrow();
    Measured.inner(() -> method.content(target, Progress.SILENT));
  }

  /**
   * What the peer does and no more: the dialect's own method always reads the content as well, so
   * the copy is the engine's by plain JDBC; hash, sync and publication are the vault's.
   */
  private void publishBare(String copying) throws Exception {
    try (Staging staging = vault().stage("bench", Instant.now());
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
      Path file = staging.file("bench.backup");
      // "backup to" is the driver's own statement for the backup API, and not one to prepare.
      String quoted = "'" + file.toString().replace("'", "''") + "'";
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate(copying + quoted);
      }
      Content none = new Content("none", List.of());
      staging.publish(
          Facts.of(
              List.of("bench.backup"),
              "bench",
              none,
              "bench",
              Instant.now(),
              Map.of("bench", "1")));
    }
  }

  private void runbookOf(BackUp backup) {
    Measured.run(
        runbook("Backup", gate("Backup", backup)), target(), directory.resolve("journals"));
  }

  private boolean integrity() throws Exception {
    Target target = target();
    try (Connection connection = target.dialect().openReading(target);
        Statement check = connection.createStatement()) {
      return check.executeQuery("PRAGMA integrity_check").next();
    }
  }

  private void plan() {
    List<Gate> gates = new ArrayList<>();
    for (int i = 0; i < STEPS / 2; i++) {
      gates.add(
          gate(
              "gate " + i,
              noRows("no order " + i, "select id from orders where id = -" + (i + 1)),
              inOneTransaction(sql("update orders set status = 'open' where id = -" + (i + 1)))
                  .named("change " + i)
                  .cannotBeUndone("it changes no row")));
    }
    Runbook runbook = new Runbook("A thousand steps", gates, List.of());
    Target target = target();
    Measured.fact("cold", planned(runbook, target) * 1e3);
    for (int i = 0; i < 10; i++) {
      planned(runbook, target);
    }
    Measured.fact("warm", planned(runbook, target) * 1e3);
  }

  private double planned(Runbook runbook, Target target) {
    long begin = System.nanoTime();
    Plan plan = Plan.of(runbook, target);
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (plan.outline().steps().size() != STEPS) {
      throw new IllegalStateException("planned " + plan.outline().steps().size() + " steps");
    }
    return seconds;
  }
}
