package dev.gatehouse.examples.bench;

import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.bench.Tools.Timed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** One round over everything that is measured. */
final class Round {
  private static final String VACUUM =
      "sqlite3 \"$DB\" \"VACUUM INTO '$F'\" && sha256sum \"$F\" && sync \"$F\"";
  private static final String BACKUP =
      "sqlite3 \"$DB\" \".backup '$F'\" && sha256sum \"$F\" && sync \"$F\"";

  private final Subject subject;
  private final Table table;
  private final boolean peerFirst;

  Round(Subject subject, Table table, boolean peerFirst) {
    this.subject = subject;
    this.table = table;
    this.peerFirst = peerFirst;
  }

  void run() throws Exception {
    against("VACUUM INTO, hashed, synced, published (no content)", "vacuum", VACUUM, 0.90);
    against("VACUUM INTO as a runbook: planned, journaled, content read", "compact", VACUUM, 1.00);
    against("backup API, hashed, synced, published (no content)", "copy", BACKUP, 1.00);
    against("backup API as a runbook: planned, journaled, content read", "backup", BACKUP, 1.00);
    verification();
    content();
    JournalCost.measure(subject.work(), table);
    planning();
  }

  private void against(String what, String task, String peer, double goal) throws Exception {
    if (!Tools.missing(Bench.PEERS).isEmpty()) {
      table.figure(what + " - PEER MISSING", "s", ours(task).seconds());
      return;
    }
    double first = peerFirst ? peer(peer) : ours(task).seconds();
    double second = peerFirst ? ours(task).seconds() : peer(peer);
    table.pair(
        what, peerFirst ? new Table.Pair(second, first) : new Table.Pair(first, second), goal);
  }

  /** What was written is deleted at once: its write-back must not slow down what comes next. */
  private Timed ours(String task) throws Exception {
    Path vault = Files.createDirectory(subject.work().resolve("ours"));
    try {
      return ours(task, subject.database().toString(), vault.toString());
    } finally {
      Workspace.remove(vault);
    }
  }

  private static Timed ours(String... arguments) throws Exception {
    return Tools.ours(Ours.class, Map.of(), arguments);
  }

  private double peer(String script) throws Exception {
    Path file = subject.work().resolve("peer.copy");
    try {
      return Tools.shell(script, Map.of("DB", subject.database().toString(), "F", file.toString()))
          .seconds();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void verification() throws Exception {
    Path vault = Files.createDirectory(subject.work().resolve("verified"));
    try {
      String database = subject.database().toString();
      Timed backup = ours("backup", database, vault.toString());
      Timed verify = ours("verify", database, vault.toString());
      table.pair(
          "verification L0 + L1 against taking the backup",
          new Table.Pair(verify.seconds(), backup.seconds()),
          0.25);
      table.figure(
          "peak heap while backing up (run with -Xmx256m)", "MB", backup.fact("heap"), 256);
      table.figure("peak heap while verifying (run with -Xmx256m)", "MB", verify.fact("heap"), 256);
    } finally {
      Workspace.remove(vault);
    }
  }

  private void content() throws Exception {
    Timed read = ours("content");
    table.figure("content digest of every row", "MB/s", megabytes() / read.fact("inner"));
    Timed checked = ours("integrity");
    table.figure("for scale: PRAGMA integrity_check", "MB/s", megabytes() / checked.fact("inner"));
  }

  private double megabytes() throws Exception {
    return subject.bytes() / 1e6;
  }

  private void planning() throws Exception {
    Timed planned = ours("plan");
    table.figure("planning 1,000 steps, warm", "ms", planned.fact("warm"), 100);
    table.figure("planning 1,000 steps, cold JVM", "ms", planned.fact("cold"));
  }
}
