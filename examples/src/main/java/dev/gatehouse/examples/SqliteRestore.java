package dev.gatehouse.examples;

final class SqliteRestore {
  private SqliteRestore() {}

  static int run() {
    return Examples.NOT_RUN;
  }
}
