package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.outcome.Lasting;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * The advisory lock that the session of an effect holds, one for each database. Always tried, never
 * waited for: a session that waits for an advisory lock has a snapshot, and a concurrent index
 * build waits for that in turn.
 */
public final class Latch {
  /** First half of the keys of all our advisory locks: "gate" in ASCII. */
  public static final int SPACE = 0x67617465;

  static final int LEASE = 1;
  static final int LATCH = 2;

  /** How long a session waits for the one before. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Poll POLL = Poll.every(Duration.ofMillis(20));

  private Latch() {}

  static boolean tryInTransaction(Connection connection) throws SQLException {
    return Queries.isTrue(
        connection, "SELECT pg_try_advisory_xact_lock(%d, %d)".formatted(SPACE, LATCH));
  }

  static boolean tryInSession(Connection connection) throws SQLException {
    return trySession(connection, LATCH);
  }

  static boolean trySession(Connection connection, int which) throws SQLException {
    return Queries.isTrue(
        connection, "SELECT pg_try_advisory_lock(%d, %d)".formatted(SPACE, which));
  }

  static void release(Connection connection) throws SQLException {
    release(connection, LATCH);
  }

  static void release(Connection connection, int which) throws SQLException {
    Queries.pinned(connection, "SELECT pg_advisory_unlock(%d, %d)".formatted(SPACE, which));
  }

  /** Whether this session holds the latch; one taken in a transaction ends with it. */
  static boolean isHeld(Connection connection) throws SQLException {
    return isHeld(connection, LATCH);
  }

  static boolean isHeld(Connection connection, int which) throws SQLException {
    return Queries.isTrue(
        connection,
        "SELECT EXISTS (SELECT FROM pg_locks WHERE "
            + holds(which)
            + " AND pid = pg_backend_pid())");
  }

  /** Rows of pg_locks that hold one of our locks in this database. */
  static String holds(int which) {
    return ("locktype = 'advisory' AND granted AND objsubid = 2 AND classid = %d AND objid = %d"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
        .formatted(SPACE, which);
  }

  /**
   * Tries for a bounded time.
   *
   * @throws SQLException lock_not_available, when it was not free in time; nothing was done
   */
  static void poll(Duration patience, Poll.Attempt attempt) throws SQLException {
    if (!POLL.until(patience, attempt)) {
      throw new SQLException(
          Thread.currentThread().isInterrupted()
              ? "interrupted while waiting for the latch; nothing was done"
              : "another session holds the latch of this database and kept it for "
                  + Lasting.of(patience)
                  + "; nothing was done",
          SqlStates.LOCK_NOT_AVAILABLE);
    }
  }
}
