package dev.gatehouse.examples.bench;

import dev.gatehouse.examples.Workspace;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code examples/run bench [MEGABYTES] [ROUNDS]}: what Gatehouse costs beside {@code sqlite3},
 * {@code sha256sum} and {@code sync}, in paired rounds, each side first in every other one. {@code
 * bench postgres} does the same beside {@code pg_dump} and {@code pg_restore}, {@code bench mysql}
 * beside {@code mariadb-dump}.
 */
public final class Bench {
  static final List<String> PEERS = List.of("sqlite3", "sha256sum", "sync");
  private static final Amount USUAL = new Amount(1_000, 5);
  private static final String VERSIONS =
      "sqlite3 --version | cut -c1-17; sha256sum --version | head -1";

  private Bench() {}

  /** Prints the table; 0 when it could be measured, whether or not the goals were met. */
  public static int run(List<String> arguments) throws Exception {
    return run(arguments, System.out);
  }

  static int run(List<String> arguments, PrintStream out) throws Exception {
    if (!arguments.isEmpty() && arguments.get(0).equals("postgres")) {
      return PostgresBench.run(arguments.subList(1, arguments.size()), out);
    }
    if (!arguments.isEmpty() && arguments.get(0).equals("mysql")) {
      return MySqlBench.run(arguments.subList(1, arguments.size()), out);
    }
    Amount amount = Amount.of(arguments, USUAL);
    Path work = Workspace.fresh("bench");
    try {
      out.println(
          "making a database of "
              + amount.megabytes()
              + " MB with a live -wal below "
              + work
              + " ...");
      try (Subject subject = Subject.make(work, amount.megabytes())) {
        List<String> missing = Tools.missing(PEERS);
        if (missing.isEmpty()) {
          out.println(Tools.versions(VERSIONS, Map.of()));
        }
        for (String tool : missing) {
          out.println("NOT MEASURED against its peers: there is no " + tool + " on the PATH");
        }
        Table table = new Table();
        for (int round = 0; round < amount.rounds(); round++) {
          out.println("round " + (round + 1) + " of " + amount.rounds() + " ...");
          new Round(subject, table, round % 2 == 1).run();
        }
        table.print(out);
      }
    } finally {
      Workspace.remove(work);
    }
    return 0;
  }
}
