package dev.gatehouse.examples;

import java.util.ArrayList;
import java.util.List;

/**
 * A known-bad edit of our own code: in that file this text becomes that one, and each of these
 * tests, {@code class#method}, must fail then.
 */
record SeededFault(String name, String file, String text, String replacement, List<String> tests) {

  /** The source with the fault in it. */
  String into(String source) {
    int at = source.indexOf(text);
    if (at < 0 || source.indexOf(text, at + 1) >= 0) {
      throw new AssertionError(
          "seeded-faults.txt is stale: in "
              + file
              + " this does not stand exactly once:\n"
              + text
              + "\nchange the entry '"
              + name
              + "' to what stands there now");
    }
    return source.substring(0, at) + replacement + source.substring(at + text.length());
  }

  /** The directory of the module that the file belongs to. */
  String module() {
    return file.substring(0, file.indexOf('/'));
  }

  /**
   * The directory of the module that its tests are in, which may be another than the faulty one's.
   */
  String home() {
    return tests.get(0).split("\\.", 4)[2];
  }

  /** Reads the table; its head says how it is written. */
  static List<SeededFault> parse(String table) {
    List<SeededFault> faults = new ArrayList<>();
    for (String block : table.split("\n\n+")) {
      if (block.startsWith("== ")) {
        faults.add(fault(block.strip().lines().toList()));
      }
    }
    return faults;
  }

  private static SeededFault fault(List<String> lines) {
    SeededFault fault =
        new SeededFault(
            lines.get(0).substring(3),
            lines.get(1),
            marked(lines, '-'),
            marked(lines, '+'),
            lines.stream().filter(l -> l.startsWith("! ")).map(l -> l.substring(2)).toList());
    if (fault.text().isBlank() || fault.tests().isEmpty()) {
      throw new IllegalArgumentException("no text to find, or no test: " + lines);
    }
    return fault;
  }

  private static String marked(List<String> lines, char mark) {
    return String.join(
        "\n",
        lines.stream()
            .skip(2)
            .filter(line -> line.charAt(0) == mark)
            .map(line -> line.substring(1))
            .toList());
  }
}
