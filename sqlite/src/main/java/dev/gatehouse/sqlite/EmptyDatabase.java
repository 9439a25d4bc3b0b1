package dev.gatehouse.sqlite;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A database with nothing in it, on which SQLite itself parses what is not to be executed. One for
 * the whole process, because to open one takes longer than to parse a script.
 */
final class EmptyDatabase {
  private static final Pattern SYNTAX_ERROR =
      Pattern.compile(
          "\\(near .*: syntax error\\)|unrecognized token|incomplete input", Pattern.DOTALL);

  /** Guarded by the class; opened when first asked. */
  private static Optional<Connection> open = Optional.empty();

  private EmptyDatabase() {}

  /**
   * What SQLite cannot parse of the statement, in its own words; empty when it can.
   *
   * @throws SQLException when there is no such database
   */
  static synchronized Optional<String> syntaxError(String sql) throws SQLException {
    if (open.isEmpty()) {
      open = Optional.of(DriverManager.getConnection("jdbc:sqlite::memory:"));
    }
    try {
      open.get().prepareStatement(sql).close();
      return Optional.empty();
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage());
      return SYNTAX_ERROR.matcher(message).find() ? Optional.of(message) : Optional.empty();
    }
  }
}
