package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.mysql.MySqlShop;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * {@code examples/run bench mysql [MEGABYTES] [ROUNDS]}: backup, verification and drill beside
 * {@code mariadb-dump}, zstd, gzip and the client, on a throw-away MariaDB server.
 */
final class MySqlBench {
  private static final Amount USUAL = new Amount(200, 5);

  /** Peers that are not there, or goals for what nobody can switch on or off yet. */
  private static final List<String> LEFT_OUT =
      List.of(
          "P4, restores in two sessions against myloader: there is one session",
          "P10, a backup without its digest: it cannot be switched off",
          "P13 and P14, encryption and gzip: there is neither");

  private MySqlBench() {}

  static int run(List<String> arguments, PrintStream out) throws Exception {
    Amount amount = Amount.of(arguments, USUAL);
    Path work = Workspace.fresh("bench-mysql");
    try (MySqlShop shop = MySqlShop.open();
        MySqlPeers peers = new MySqlPeers(shop.target(), shop.tools().get(), work)) {
      Target target = shop.target();
      out.println("making a database of about " + amount.megabytes() + " MB ...");
      MySqlSubject.fill(target, amount.megabytes());
      out.printf(Locale.ROOT, "it takes %.0f MB%n", MySqlSubject.megabytes(target));
      out.println(peers.versions());
      LEFT_OUT.forEach(what -> out.println("LEFT OUT: " + what));
      Path plain = work.resolve("plain.sql");
      peers.peer(MySqlRound.FILE, plain);
      Table table = new Table();
      for (int round = 0; round < amount.rounds(); round++) {
        out.println("round " + (round + 1) + " of " + amount.rounds() + " ...");
        new MySqlRound(target, peers, plain, work, table, round % 2 == 1).run();
      }
      table.print(out);
    } finally {
      Workspace.remove(work);
    }
    return 0;
  }
}
