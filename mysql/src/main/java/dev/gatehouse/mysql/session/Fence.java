package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Ends a session and waits until it is gone and the latch is free. A session is gone when its lock
 * is free: the server rolls back before it gives the lock away. That holds across its restarts, and
 * on no other server.
 */
final class Fence {
  /** A killed statement is taken back first, and that takes as long as it took. */
  private static final Duration LONGEST = Duration.ofSeconds(6);

  private static final Poll POLL = Poll.every(Duration.ofMillis(20));

  private Fence() {}

  static void around(Target target, String session) throws SQLException {
    Optional<SessionId> known = SessionId.parse(session);
    if (known.isEmpty() && !session.isEmpty()) {
      throw new SQLException("cannot make sure that '" + session + "' has ended: not a session");
    }
    try (Connection connection = Sessions.own(target)) {
      if (known.isPresent()) {
        requireSameServer(connection, known.get());
        end(connection, known.get().lock());
      }
      ServerLock latch = ServerLock.latch(SessionConnection.of(connection).database());
      latch.take(connection, ServerLock.PATIENCE);
      latch.release(connection);
      if (known.isPresent()) {
        refuseHalfCommitted(connection, known.get());
      }
    }
  }

  private static void requireSameServer(Connection connection, SessionId session)
      throws SQLException {
    String here = SessionConnection.of(connection).session().server();
    if (!here.equals(session.server())) {
      throw new SQLException(
          "cannot make sure that session "
              + session
              + " has ended: the target leads to server "
              + here
              + " by now");
    }
  }

  /** Ends whoever holds that lock, and returns when nobody does who did. */
  static void end(Connection connection, ServerLock lock) throws SQLException {
    OptionalLong holder = lock.holder(connection);
    if (holder.isEmpty()) {
      return;
    }
    kill(connection, holder.getAsLong());
    boolean ended = POLL.until(LONGEST, () -> !lock.holder(connection).equals(holder));
    if (!ended) {
      throw new SQLException(
          "cannot make sure that connection "
              + holder.getAsLong()
              + " has ended: it still holds "
              + lock.name()
              + (Thread.currentThread().isInterrupted() ? ", interrupted" : " after " + LONGEST)
              + "; it may be rolling back");
    }
  }

  private static void kill(Connection connection, long id) throws SQLException {
    try {
      Queries.run(connection, "KILL CONNECTION " + id);
    } catch (SQLException e) {
      if (ErrorCodes.is(e, ErrorCodes.OTHER_ACCOUNT)) {
        throw new SQLException(
            "cannot make sure that connection "
                + id
                + " has ended: it belongs to another account; have somebody with CONNECTION_ADMIN"
                + " (MariaDB: CONNECTION ADMIN) execute KILL "
                + id,
            e.getSQLState(),
            e.getErrorCode(),
            e);
      }
      if (!ErrorCodes.is(e, ErrorCodes.UNKNOWN_THREAD)) {
        throw e;
      }
    }
  }

  /** What a statement committed on its way no marker tells of, and no rollback takes back. */
  private static void refuseHalfCommitted(Connection connection, SessionId session)
      throws SQLException {
    if (GatehouseDatabase.isHalfCommitted(connection, session.lock())) {
      throw halfCommitted(session.lock());
    }
  }

  static SQLException halfCommitted(ServerLock session) {
    return new SQLException(
        "a statement committed the transaction before its end, so that a part of it may be in"
            + " effect; when that is put right: DELETE FROM gatehouse.marker WHERE id = '"
            + GatehouseDatabase.openId(session)
            + "'");
  }
}
