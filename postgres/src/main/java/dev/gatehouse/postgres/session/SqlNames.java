package dev.gatehouse.postgres.session;

/** Identifiers and string literals in SQL. */
public final class SqlNames {
  private SqlNames() {}

  /** As a quoted identifier, whatever it contains. */
  public static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** What quote_ident() made of a name, as the server keeps it. */
  public static String plain(String identifier) {
    return identifier.startsWith("\"")
        ? identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"")
        : identifier;
  }

  /**
   * As a string constant, for statements that take no parameters. Sessions of ours have {@code
   * standard_conforming_strings} on, in which a backslash means itself.
   */
  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
