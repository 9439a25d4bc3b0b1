package dev.gatehouse.examples.bench;

import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * {@code examples/run bench postgres [MEGABYTES] [ROUNDS]}: backup, verification and drill beside
 * {@code pg_dump} and {@code pg_restore}, on a throw-away server.
 */
final class PostgresBench {
  private static final Amount USUAL = new Amount(200, 5);

  private PostgresBench() {}

  static int run(List<String> arguments, PrintStream out) throws Exception {
    Amount amount = Amount.of(arguments, USUAL);
    Path work = Workspace.fresh("bench-postgres");
    try (ExampleDatabase database = ExampleDatabase.of(List.of());
        PostgresPeers peers = new PostgresPeers(database, work)) {
      out.println("making a database of about " + amount.megabytes() + " MB ...");
      PostgresSubject.fill(database.target(), amount.megabytes());
      out.printf(Locale.ROOT, "it takes %.0f MB%n", PostgresSubject.megabytes(database.target()));
      out.println(peers.versions());
      for (String tool : Tools.missing(PostgresPeers.TOOLS)) {
        out.println("LEFT OUT: P5, its peer needs " + tool + ", which is not on the PATH");
      }
      Table table = new Table();
      for (int round = 0; round < amount.rounds(); round++) {
        out.println("round " + (round + 1) + " of " + amount.rounds() + " ...");
        new PostgresRound(database.target(), peers, work, table, round % 2 == 1).run();
      }
      table.print(out);
    } finally {
      Workspace.remove(work);
    }
    return 0;
  }
}
