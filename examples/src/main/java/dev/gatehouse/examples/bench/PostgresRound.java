package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.bench.Tools.Timed;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One round over everything that is measured on PostgreSQL. */
final class PostgresRound {
  private static final String PIPE =
      "pg_dump -Fc -Z0 | zstd -q -3 -T1 | tee >(sha256sum > \"$F.sum\") > \"$F\"";
  private static final String SEEDS =
      "pg_dump -Fc -f \"$F\" && pg_restore --list \"$F\" > /dev/null";
  private static final String RESTORE =
      "pg_restore -j1 --exit-on-error -d " + PostgresRound.SCRATCH + " \"$F\"";
  private static final String PLAIN = "pg_dump -Fc -Z0 > /dev/null";

  /** Points of a drill between the empty copy and the restored one, each since the one before. */
  private static final List<String> RESTORING =
      List.of("restore.emptied", "restore.replayed", "drill.restored");

  /** The peer's restore goes there. */
  static final String SCRATCH = "gatehouse_bench_peer";

  /** The usual way with stock tools; the copy goes where the peer's restores go. */
  private static final String ROUND_TRIP =
      "pg_dump -Fc -f \"$F\" && createdb --maintenance-db=\"$PGDATABASE\" -T template0 "
          + PostgresRound.SCRATCH
          + " && pg_restore -j1 --exit-on-error -d "
          + PostgresRound.SCRATCH
          + " \"$F\"";

  private final Target target;
  private final PostgresPeers peers;
  private final Path work;
  private final Table table;
  private final Turns turns;
  private final Costs costs;

  PostgresRound(Target target, PostgresPeers peers, Path work, Table table, boolean peerFirst) {
    this.target = target;
    this.peers = peers;
    this.work = work;
    this.table = table;
    this.turns = new Turns(work, peerFirst);
    this.costs = new Costs(CpuSeconds.of(target), turns, table);
  }

  void run() throws Exception {
    if (Tools.missing(PostgresPeers.TOOLS).isEmpty()) {
      costs.pair(
          "P5 pipeline: dump, zstd, hashes, publish (no content); JVM in",
          1.05,
          () -> costs.whole(() -> oursAlone("pipe").seconds()),
          () -> costs.whole(() -> peer(PIPE)));
      costs.pair(
          "P6 backup as a runbook with the content, against our own P5; JVM in",
          1.20,
          () -> costs.whole(() -> oursAlone("backup").seconds()),
          () -> costs.whole(() -> oursAlone("pipe").seconds()));
    }
    backup();
  }

  /** One backup serves what is measured of it and on it. */
  private void backup() throws Exception {
    Path ours = Files.createDirectory(work.resolve("ours"));
    try {
      Timed[] backup = new Timed[1];
      Table.Pair seeds =
          costs.pair(
              "P6 the same, against the procedure of the seeds; JVM in",
              0.20,
              () ->
                  costs.whole(
                      () -> {
                        backup[0] = peers.ours("backup", ours);
                        return backup[0].seconds();
                      }),
              () -> costs.whole(() -> peer(SEEDS)));
      table.figure("peak heap while backing up (-Xmx256m)", "MB", backup[0].fact("heap"), 256);
      Timed verify = peers.ours("verify", ours);
      table.pair(
          "P12 verification L0 + L1 against taking the backup; JVM in",
          new Table.Pair(verify.seconds(), seeds.ours()),
          0.25);
      table.figure("peak heap while verifying (-Xmx256m)", "MB", verify.fact("heap"), 256);
      drill(ours);
      content(ours);
    } finally {
      Workspace.remove(ours);
    }
  }

  private void drill(Path ours) throws Exception {
    peers.ours("unpack", ours);
    Path raw = dump(ours.resolve("raw"));
    Timed[] drill = new Timed[1];
    costs.pair(
        "P8 the drill's restore, against pg_restore -j1; JVM not in",
        0.75,
        () -> {
          drill[0] = peers.ours("drill", ours);
          return sum(drill[0], RESTORING);
        },
        () -> restored(raw));
    costs.pair(
        "P8 by restoringInParallel(), which rehearses no restore in place",
        0.60,
        () -> sum(peers.ours("parallel-drill", ours), List.of("drill.restored")),
        () -> restored(raw));
    table.figure("a drill after unpacking, content compared; JVM in", "s", drill[0].seconds());
    table.figure("peak heap while drilling (-Xmx256m)", "MB", drill[0].fact("heap"), 256);
  }

  private static Costs.Cost sum(Timed drill, List<String> points) {
    return new Costs.Cost(
        points.stream().mapToDouble(drill::fact).sum(),
        points.stream().mapToDouble(point -> drill.fact(point + ".cpu")).sum());
  }

  private Costs.Cost restored(Path raw) throws Exception {
    PostgresSubject.empty(target, SCRATCH);
    try {
      return costs.whole(() -> peers.peer(RESTORE, raw).seconds());
    } finally {
      PostgresSubject.drop(target, SCRATCH);
    }
  }

  /**
   * Backup and drill of a small database, where fixed costs are all there is.
   *
   * @param before how often our side does so before it is measured
   */
  void roundTrip(int before) throws Exception {
    costs.pair(
        "small backup and drill, warm JVM, against pg_dump and pg_restore",
        1.30,
        () -> {
          Timed ours = oursAlone("round-trip:" + before);
          return new Costs.Cost(ours.fact("inner"), ours.fact("cpu"));
        },
        () -> {
          List<Double> seconds = new ArrayList<>();
          List<Double> computed = new ArrayList<>();
          for (int i = 0; i < PostgresOurs.ROUND_TRIPS; i++) {
            PostgresSubject.drop(target, SCRATCH);
            Costs.Cost cost = costs.whole(() -> peer(ROUND_TRIP));
            seconds.add(cost.seconds());
            computed.add(cost.cpu());
          }
          PostgresSubject.drop(target, SCRATCH);
          return new Costs.Cost(Table.median(seconds), Table.median(computed));
        });
  }

  private void content(Path ours) throws Exception {
    Timed[] content = new Timed[1];
    Table.Pair plain =
        costs.pair(
            "P9 content digest of every row (L4); JVM not in",
            0.70,
            () -> {
              content[0] = peers.ours("content", ours);
              return new Costs.Cost(content[0].fact("inner"), content[0].fact("cpu"));
            },
            () -> costs.whole(() -> peer(PLAIN)));
    table.pair("P9 the same; JVM in", new Table.Pair(content[0].seconds(), plain.peer()));
  }

  private Timed oursAlone(String task) throws Exception {
    return turns.alone("alone", directory -> peers.ours(task, directory));
  }

  private double peer(String script) throws Exception {
    return turns.alone(
        "peer", directory -> peers.peer(script, directory.resolve("dump")).seconds());
  }

  private static Path dump(Path directory) throws Exception {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.dump")) {
      return files.iterator().next();
    }
  }
}
