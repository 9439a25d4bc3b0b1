package dev.gatehouse.examples;

import java.util.List;

final class Bench {
  private Bench() {}

  static int run(List<String> arguments) {
    return Examples.NOT_RUN;
  }
}
