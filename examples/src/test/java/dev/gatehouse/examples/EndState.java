package dev.gatehouse.examples;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.outcome.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that a run left behind, without what differs between any two runs: names of runs and
 * artifacts, and the rows that a worker writes as time goes by.
 */
record EndState(
    List<String> state,
    List<String> steps,
    Content content,
    List<String> markers,
    List<String> files,
    List<String> vault,
    boolean worker,
    String journal) {

  /** Looks, stopping the worker first. */
  static EndState of(CrashScenario scenario, Path work, ChildProcess ended) throws Exception {
    boolean worker = scenario.hasWorker() && WorkerProcess.stop(work);
    return new EndState(
        ended.told(CrashVictim.STATE),
        ended.told(CrashVictim.STEP).stream().map(EndState::timeless).toList(),
        settled(work),
        markers(work.resolve("shop.db")),
        files(work),
        vault(work.resolve("vault")),
        worker,
        journal(work, ended));
  }

  /** What is not as in the other one; empty when nothing is. */
  List<String> differences(EndState other) {
    List<String> all = new ArrayList<>();
    differ(all, "state", state, other.state);
    differ(all, "steps", steps, other.steps);
    for (Finding finding : content.differences(other.content)) {
      all.add("content: " + finding);
    }
    differ(all, "markers", markers, other.markers);
    differ(all, "files", files, other.files);
    differ(all, "vault", vault, other.vault);
    differ(all, "worker runs", worker, other.worker);
    differ(all, "journal", journal, other.journal);
    return all;
  }

  private static void differ(List<String> all, String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      all.add(what + ": expected " + expected + "\n      found " + found);
    }
  }

  /** The content without what a worker wrote. */
  static Content settled(Path work) throws Exception {
    forgetTheWorker(work.resolve("shop.db"));
    return content(work);
  }

  private static Content content(Path work) throws Exception {
    Target shop = CrashVictim.shop(work);
    return shop.dialect().backups().orElseThrow().content(shop, Progress.SILENT);
  }

  private static void forgetTheWorker(Path database) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("delete from audit_logs where actor = 'worker'");
    }
  }

  private static List<String> markers(Path database) throws SQLException {
    List<String> steps = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      try (ResultSet there =
          statement.executeQuery("select 1 from sqlite_schema where name = 'gatehouse_marker'")) {
        if (!there.next()) {
          return steps;
        }
      }
      try (ResultSet rows =
          statement.executeQuery("select step from gatehouse_marker order by step")) {
        while (rows.next()) {
          steps.add(rows.getString(1));
        }
      }
    }
    return steps;
  }

  private static List<String> files(Path work) throws IOException {
    try (Stream<Path> files = Files.walk(work)) {
      return files
          .map(file -> work.relativize(file).toString())
          .map(EndState::timeless)
          .sorted()
          .toList();
    }
  }

  private static List<String> vault(Path root) {
    Vault vault = Vault.at(root);
    List<String> all = new ArrayList<>();
    for (Artifact artifact : vault.artifacts()) {
      vault.verify(artifact);
      all.add("artifact of " + settledRows(artifact) + " rows");
    }
    vault.problems().forEach(problem -> all.add("problem: " + problem));
    return all;
  }

  /** Rows of the tables that no worker writes into. */
  private static long settledRows(Artifact artifact) {
    return artifact.manifest().content().tables().stream()
        .filter(table -> !table.table().equals("audit_logs"))
        .mapToLong(TableContent::rows)
        .sum();
  }

  private static String timeless(String name) {
    return name.replaceAll("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}", "ID")
        .replaceAll("quarantine-[0-9a-f]{16}", "quarantine-KEY")
        .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "MOMENT");
  }

  private static String journal(Path work, ChildProcess ended) throws IOException {
    String head = String.join("", ended.told(CrashVictim.HEAD));
    return JournalVerifier.verify(
            CrashVictim.journal(work).orElseThrow(),
            JournalVerifier.Options.none().withHead(head).withArtifacts(work.resolve("vault")))
        .verdict()
        .toString();
  }
}
