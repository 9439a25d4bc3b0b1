package dev.gatehouse.examples.bench;

import java.util.List;

/** How much is measured, and how often. */
record Amount(int megabytes, int rounds) {

  /**
   * The first two arguments, where they are given.
   *
   * @throws IllegalArgumentException when one is no number above zero
   */
  static Amount of(List<String> arguments, Amount usual) {
    return new Amount(
        number(arguments, 0, usual.megabytes()), number(arguments, 1, usual.rounds()));
  }

  private static int number(List<String> arguments, int index, int otherwise) {
    if (arguments.size() <= index) {
      return otherwise;
    }
    String text = arguments.get(index);
    if (!text.matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no size or count: examples/run bench [postgres|mysql] [MEGABYTES] [ROUNDS]");
    }
    return Integer.parseInt(text);
  }
}
