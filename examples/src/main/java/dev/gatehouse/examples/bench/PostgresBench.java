package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * {@code examples/run bench postgres [MEGABYTES] [ROUNDS]}: backup, verification and drill beside
 * {@code pg_dump} and {@code pg_restore}, on a throw-away server.
 */
final class PostgresBench {
  private static final Amount USUAL = new Amount(200, 5);

  private static final String SMALL = "gatehouse_bench_small";
  private static final int SMALL_MEGABYTES = 10;

  /** How often our side has done it before it is measured, unless less was asked for. */
  private static final int WARM = 8;

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
      CpuSeconds.of(database.target())
          .ifPresentOrElse(
              known -> out.println("CPU: seconds of client and server together"),
              () -> out.println("LEFT OUT: CPU seconds, the server is no process of this machine"));
      Table table = new Table();
      for (int round = 0; round < amount.rounds(); round++) {
        out.println("round " + (round + 1) + " of " + amount.rounds() + " ...");
        new PostgresRound(database.target(), peers, work, table, round % 2 == 1).run();
      }
      small(database, work, amount, table, out);
      table.print(out);
    } finally {
      Workspace.remove(work);
    }
    return 0;
  }

  private static void small(
      ExampleDatabase server, Path work, Amount amount, Table table, PrintStream out)
      throws Exception {
    Target target = PostgresSubject.beside(server.target(), SMALL);
    PostgresSubject.empty(server.target(), SMALL);
    Path directory = Files.createDirectory(work.resolve("small"));
    try (PostgresPeers peers =
        new PostgresPeers(new ExampleDatabase(target, server.tools(), () -> {}), directory)) {
      PostgresSubject.fill(target, Math.min(SMALL_MEGABYTES, amount.megabytes()));
      for (int round = 0; round < amount.rounds(); round++) {
        out.println("small database, round " + (round + 1) + " of " + amount.rounds() + " ...");
        new PostgresRound(target, peers, directory, table, round % 2 == 1)
            .roundTrip(Math.min(WARM, amount.megabytes() / SMALL_MEGABYTES));
      }
    } finally {
      PostgresSubject.drop(server.target(), SMALL);
    }
  }
}
