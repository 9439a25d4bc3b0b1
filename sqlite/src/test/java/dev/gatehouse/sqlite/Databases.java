package dev.gatehouse.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Real database files, made the way an application makes them. */
final class Databases {
  private Databases() {}

  static Connection open(Path file) throws SQLException {
    return DriverManager.getConnection(DatabaseFile.url(file));
  }

  /** For callers that may not throw. */
  static void quietly(Connection connection, String sql) {
    try {
      Queries.run(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What SQLite answers at once to somebody who reads; 0 when it lets them. */
  static int codeOfReading(Path file) {
    try (Connection connection = open(file)) {
      Queries.run(connection, "PRAGMA busy_timeout = 0");
      Queries.number(connection, "SELECT count(*) FROM sqlite_schema");
      return 0;
    } catch (SQLException e) {
      return ResultCodes.code(e);
    }
  }

  /** Executes on a connection of its own, which is closed afterwards. */
  static Path with(Path file, String... statements) throws SQLException {
    try (Connection connection = open(file)) {
      // Nobody pulls the plug on what a test prepares.
      Queries.run(connection, "PRAGMA synchronous = OFF");
      for (String statement : statements) {
        Queries.run(connection, statement);
      }
    }
    return file;
  }

  /** A small shop: two tables, 100 rows each. */
  static Path shop(Path file) throws SQLException {
    return with(
        file,
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
        "CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL"
            + " REFERENCES customer, amount REAL NOT NULL)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
            + " INSERT INTO customer SELECT i, 'customer ' || i FROM n",
        "INSERT INTO purchase SELECT id, id, id * 1.5 FROM customer");
  }
}
