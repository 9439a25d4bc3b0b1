package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.PooledConnection;
import dev.gatehouse.core.dialect.Target;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import org.sqlite.Collation;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.Codes;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/** The only place that knows the driver's own types; the driver is an optional dependency. */
final class Driver {
  /** Told how far a copy is, in pages; must not throw, because native code calls it. */
  @FunctionalInterface
  interface Pages {
    void copied(int pages, int total);
  }

  private Driver() {}

  /** sqlite3_interrupt: may be called from any thread while the connection is open. */
  static Runnable canceller(Connection connection) throws SQLException {
    DB engine = engine(connection);
    return () -> {
      try {
        if (!connection.isClosed()) {
          engine.interrupt();
        }
      } catch (SQLException e) {
        // A connection that is gone executes nothing that could be interrupted.
        return;
      }
    };
  }

  /**
   * Copies the connection's main database with the online backup API. A read transaction that is
   * open on the connection stays the snapshot of the whole copy.
   *
   * @throws SQLException also when the API tells of its failure by a code alone
   */
  static void backUp(Connection connection, Path copy, int pagesPerStep, Pages pages)
      throws SQLException {
    DB engine = engine(connection);
    int code =
        engine.backup(
            "main",
            copy.toAbsolutePath().toString(),
            (remaining, total) -> pages.copied(total - remaining, total),
            10,
            0,
            pagesPerStep);
    if (code != Codes.SQLITE_OK) {
      throw new SQLException("the backup API answered " + code + " for " + copy, "", code);
    }
  }

  /**
   * Adds all rows of a query to the digest, values as they are stored. Goes below JDBC because that
   * decodes every text and boxes every number.
   */
  static void digest(Connection connection, String query, int columns, RowDigest digest)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement
          .unwrap(CoreStatement.class)
          .pointer
          .safeRunConsume((engine, row) -> digest(engine, row, columns, digest));
    }
  }

  private static void digest(DB engine, long row, int columns, RowDigest digest)
      throws SQLException {
    try {
      int code;
      while ((code = engine.step(row)) == Codes.SQLITE_ROW) {
        for (int i = 0; i < columns; i++) {
          switch (engine.column_type(row, i)) {
            case Codes.SQLITE_INTEGER -> digest.integer(engine.column_long(row, i));
            case Codes.SQLITE_FLOAT -> digest.real(engine.column_double(row, i));
            case Codes.SQLITE_TEXT -> digest.text(engine.column_blob(row, i));
            case Codes.SQLITE_BLOB -> digest.blob(engine.column_blob(row, i));
            default -> digest.nothing();
          }
        }
        digest.endOfRow();
      }
      if (code != Codes.SQLITE_DONE) {
        engine.throwex(code);
      }
    } finally {
      engine.reset(row);
    }
  }

  /** sqlite3_create_collation, for this connection. */
  static void createCollation(Connection connection, String name, Comparator<String> order)
      throws SQLException {
    Collation.create(
        connection,
        name,
        new Collation() {
          @Override
          protected int xCompare(String one, String other) {
            return order.compare(one, other);
          }
        });
  }

  static void destroyCollation(Connection connection, String name) throws SQLException {
    Collation.destroy(connection, name);
  }

  /** One that ends when it is closed, and does not go back to its pool. */
  static Connection ending(Connection pooled, Target target) {
    return PooledConnection.around(pooled, target, SQLiteConnection.class);
  }

  private static DB engine(Connection connection) throws SQLException {
    return connection.unwrap(SQLiteConnection.class).getDatabase();
  }
}
