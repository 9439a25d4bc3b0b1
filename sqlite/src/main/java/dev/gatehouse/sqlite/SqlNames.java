package dev.gatehouse.sqlite;

/** Identifiers in SQL. */
final class SqlNames {
  private SqlNames() {}

  /** As a quoted identifier, whatever it contains. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
