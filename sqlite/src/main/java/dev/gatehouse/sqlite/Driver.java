package dev.gatehouse.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

/** The only place that knows the driver's own types; the driver is an optional dependency. */
final class Driver {
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

  private static DB engine(Connection connection) throws SQLException {
    return connection.unwrap(SQLiteConnection.class).getDatabase();
  }
}
