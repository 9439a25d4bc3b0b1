package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.outcome.Lasting;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes a write lock by polling for a bounded time. SQLite's own busy handler sleeps inside native
 * code, where neither an interrupt nor an abort reaches it.
 */
final class Patience {
  /** How long a session waits for another writer. */
  static final Duration DEFAULT = Duration.ofSeconds(5);

  /** Short, or a writer that hardly ever pauses would always be in the way. */
  private static final Poll POLL = Poll.every(Duration.ofMillis(1));

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
    Optional<SQLException> busy =
        POLL.until(patience, () -> busy(connection, sql), Optional::isEmpty);
    if (busy.isPresent()) {
      String why =
          Thread.currentThread().isInterrupted()
              ? "interrupted while waiting for the write lock"
              : "another connection holds the write lock and kept it for " + Lasting.of(patience);
      throw new SQLException(
          "database is busy: " + why + "; nothing was done", "HYT00", ResultCodes.BUSY, busy.get());
    }
  }

  /** Empty when it was done. */
  private static Optional<SQLException> busy(Connection connection, String sql)
      throws SQLException {
    try {
      Queries.run(connection, sql);
      return Optional.empty();
    } catch (SQLException e) {
      if (!ResultCodes.busy(e)) {
        throw e;
      }
      return Optional.of(e);
    }
  }
}
