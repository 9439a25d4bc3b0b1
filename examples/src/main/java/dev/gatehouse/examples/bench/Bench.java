package dev.gatehouse.examples.bench;

import dev.gatehouse.examples.Workspace;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code examples/run bench [MEGABYTES] [ROUNDS]}: what Gatehouse costs beside {@code sqlite3},
 * {@code sha256sum} and {@code sync}, in paired rounds, each side first in every other one.
 */
public final class Bench {
  private static final int MEGABYTES = 1_000;
  private static final int ROUNDS = 5;

  private Bench() {}

  /** Prints the table; 0 when it could be measured, whether or not the goals were met. */
  public static int run(List<String> arguments) throws Exception {
    return run(arguments, System.out);
  }

  static int run(List<String> arguments, PrintStream out) throws Exception {
    int megabytes = number(arguments, 0, MEGABYTES);
    int rounds = number(arguments, 1, ROUNDS);
    Path work = Workspace.fresh("bench");
    try {
      out.println(
          "making a database of " + megabytes + " MB with a live -wal below " + work + " ...");
      try (Subject subject = Subject.make(work, megabytes)) {
        out.println(Tools.versions());
        Tools.missing().forEach(out::println);
        Table table = new Table();
        for (int round = 0; round < rounds; round++) {
          out.println("round " + (round + 1) + " of " + rounds + " ...");
          new Round(subject, table, round % 2 == 1).run();
        }
        table.print(out);
      }
    } finally {
      Workspace.remove(work);
    }
    return 0;
  }

  private static int number(List<String> arguments, int index, int otherwise) {
    if (arguments.size() <= index) {
      return otherwise;
    }
    String text = arguments.get(index);
    if (!text.matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size or count: examples/run bench [MEGABYTES] [ROUNDS]");
    }
    return Integer.parseInt(text);
  }
}
