package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.bench.Tools.Timed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One round over everything that is measured on MariaDB. */
final class MySqlRound {
  private static final String DUMP =
      "mariadb-dump --defaults-extra-file=\"$C\" --single-transaction --routines --events \"$DB\"";
  private static final String PIPE =
      DUMP + " | zstd -q -3 -T1 | tee >(sha256sum > \"$F.sum\") > \"$F\"";
  private static final String SEEDS =
      DUMP + " > \"$F\" && gzip \"$F\" && md5sum \"$F.gz\" > \"$F.md5\"";
  private static final String PLAIN = DUMP + " > /dev/null";
  static final String FILE = DUMP + " > \"$F\"";
  private static final String SCRATCH = "gatehouse_bench_peer";
  private static final String RESTORE =
      "mariadb --defaults-extra-file=\"$C\" " + SCRATCH + " < \"$F\"";

  /** Points of a drill between the empty copy and the loaded one. */
  private static final List<String> LOADING =
      List.of("restore.schema-made", "restore.table-loaded", "restore.counters-set");

  private final Target target;
  private final MySqlPeers peers;
  private final Path plain;
  private final Path work;
  private final Table table;
  private final Turns turns;

  /**
   * @param plain a dump, which the peer restores
   */
  MySqlRound(
      Target target, MySqlPeers peers, Path plain, Path work, Table table, boolean peerFirst) {
    this.target = target;
    this.peers = peers;
    this.plain = plain;
    this.work = work;
    this.table = table;
    this.turns = new Turns(work, peerFirst);
  }

  void run() throws Exception {
    Path ours = Files.createDirectory(work.resolve("ours"));
    try {
      backup(ours);
      drill(ours);
    } finally {
      Workspace.remove(ours);
    }
    content();
  }

  private void backup(Path ours) throws Exception {
    Timed[] backup = new Timed[1];
    Table.Pair pipe =
        turns.inTurn(
            () -> {
              backup[0] = peers.ours("backup", ours);
              return backup[0].seconds();
            },
            () -> peer(PIPE));
    table.pair("P1 backup as a runbook, against dump, zstd, sha256; JVM in", pipe, 1.00);
    table.pair(
        "P2 the same against dump, gzip, md5sum, as the seeds do",
        new Table.Pair(pipe.ours(), peer(SEEDS)),
        0.20);
    table.figure("peak heap while backing up (-Xmx256m)", "MB", backup[0].fact("heap"), 256);
    Timed verify = peers.ours("verify", ours);
    table.pair(
        "P12 verification L0 + L1 against taking the backup; JVM in",
        new Table.Pair(verify.seconds(), pipe.ours()),
        0.25);
    table.figure("peak heap while verifying (-Xmx256m)", "MB", verify.fact("heap"), 256);
  }

  private void drill(Path ours) throws Exception {
    peers.ours("unpack", ours);
    Timed[] drill = new Timed[1];
    Table.Pair restore =
        turns.inTurn(
            () -> {
              drill[0] = peers.ours("drill", ours);
              return LOADING.stream().mapToDouble(drill[0]::fact).sum();
            },
            () -> {
              MySqlSubject.execute(target, "CREATE DATABASE " + SCRATCH);
              try {
                return peers.peer(RESTORE, plain).seconds();
              } finally {
                MySqlSubject.execute(target, "DROP DATABASE " + SCRATCH);
              }
            });
    table.pair("P3 the drill's load, one session, against mariadb < dump", restore, 0.70);
    table.figure("a drill after unpacking, content compared; JVM in", "s", drill[0].seconds());
    table.figure("peak heap while drilling (-Xmx256m)", "MB", drill[0].fact("heap"), 256);
  }

  private void content() throws Exception {
    Timed[] content = new Timed[1];
    Table.Pair pair =
        turns.inTurn(
            () -> {
              content[0] = turns.alone("alone", directory -> peers.ours("content", directory));
              return content[0].fact("inner");
            },
            () -> peer(PLAIN));
    table.pair("P10 content digest of every row (L4); JVM not in", pair, 1.00);
  }

  private double peer(String script) throws Exception {
    return turns.alone(
        "peer", directory -> peers.peer(script, directory.resolve("dump")).seconds());
  }
}
