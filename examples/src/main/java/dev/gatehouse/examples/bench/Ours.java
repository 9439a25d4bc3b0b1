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
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.BackUp;
import dev.gatehouse.sqlite.Sqlite;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
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

  private final Target target;
  private final Path database;
  private final Path directory;

  private Ours(Path database, Path directory) {
    this.target = Sqlite.file("bench", database);
    this.database = database;
    this.directory = directory;
  }

  public static void main(String... arguments) throws Exception {
    new Ours(Path.of(arguments[1]), Path.of(arguments[2])).run(arguments[0]);
    System.out.println("heap=" + peakHeap() / 1e6);
  }

  private void run(String task) throws Exception {
    switch (task) {
      case "vacuum" -> publishBare("VACUUM INTO ");
      case "copy" -> publishBare("backup to ");
      case "compact" -> runbookOf(backUp(into(vault())).compacted());
      case "backup" -> runbookOf(backUp(into(vault())));
      case "verify" -> vault().verify(vault().artifacts().get(0));
      case "content" -> inner(() -> method().content(target, Progress.SILENT));
      case "integrity" -> inner(this::integrity);
      case "plan" -> plan();
      default -> throw new IllegalArgumentException("no such task: " + task);
    }
  }

  private Vault vault() {
    return Vault.at(directory.resolve("vault"));
  }

  private BackupMethod method() {
    return target.dialect().backups().orElseThrow();
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
    Runbook runbook = runbook("Backup", gate("Backup", backup));
    RunRecord record =
        Runner.journalingTo(directory.resolve("journals")).run(Plan.of(runbook, target));
    if (record.state() != RunState.SUCCEEDED) {
      throw new IllegalStateException("the backup ended " + record.state());
    }
  }

  private boolean integrity() throws Exception {
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
    System.out.println("cold=" + planned(runbook) * 1e3);
    for (int i = 0; i < 10; i++) {
      planned(runbook);
    }
    System.out.println("warm=" + planned(runbook) * 1e3);
  }

  private double planned(Runbook runbook) {
    long begin = System.nanoTime();
    Plan plan = Plan.of(runbook, target);
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (plan.outline().steps().size() != STEPS) {
      throw new IllegalStateException("planned " + plan.outline().steps().size() + " steps");
    }
    return seconds;
  }

  @FunctionalInterface
  private interface Work {
    Object go() throws Exception;
  }

  /** Prints the seconds without the start of the JVM. */
  private static void inner(Work work) throws Exception {
    long begin = System.nanoTime();
    Object result = work.go();
    System.out.println("inner=" + (System.nanoTime() - begin) / 1e9);
    System.out.println("result=" + result.hashCode());
  }

  /** Sum of the peaks of all heap pools: never less than the true peak. */
  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(java.lang.management.MemoryUsage::getUsed)
        .sum();
  }
}
