package dev.gatehouse.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Takes a write lock by polling for a bounded time. SQLite's own busy handler sleeps inside native
 * code, where neither an interrupt nor an abort reaches it.
 */
final class Patience {
  /** How long a session waits for another writer. */
  static final Duration DEFAULT = Duration.ofSeconds(5);

  /** Short, or a writer that hardly ever pauses would always be in the way. */
  private static final long POLL_MILLIS = 1;

  private Patience() {}

  /** Tries until it is not busy any more; the last error says how long that took. */
  static void run(Connection connection, String sql, Duration patience) throws SQLException {
    long busyBefore = Queries.number(connection, "PRAGMA busy_timeout");
    Queries.run(connection, "PRAGMA busy_timeout = 0");
    try {
      poll(connection, sql, patience);
    } finally {
      Queries.run(connection, "PRAGMA busy_timeout = " + busyBefore);
    }
  }

  private static void poll(Connection connection, String sql, Duration patience)
      throws SQLException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        Queries.run(connection, sql);
        return;
      } catch (SQLException e) {
        if (!ResultCodes.busy(e)) {
          throw e;
        }
        if (System.nanoTime() - deadline >= 0) {
          throw gaveUp("another connection holds the write lock and kept it for " + patience, e);
        }
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw gaveUp("interrupted while waiting for the write lock", e);
      }
    }
  }

  private static SQLException gaveUp(String why, Exception cause) {
    return new SQLException(
        "database is busy: " + why + "; nothing was done", "HYT00", ResultCodes.BUSY, cause);
  }
}
