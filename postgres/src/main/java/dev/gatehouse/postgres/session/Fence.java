package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Ends a session and waits until it is gone and the latch is free. A session that goes on after its
 * client died is the reason for all of this.
 */
final class Fence {
  /** After a cancel a session may end what it does in good order. */
  private static final Duration POLITE = Duration.ofMillis(500);

  private static final Duration LONGEST = Duration.ofSeconds(6);
  private static final Poll POLL = Poll.every(Duration.ofMillis(20));

  private final Connection connection;
  private final SessionId fenced;

  private Fence(Connection connection, SessionId fenced) {
    this.connection = connection;
    this.fenced = fenced;
  }

  static void around(Target target, String session) throws SQLException {
    Optional<SessionId> known = SessionId.parse(session);
    if (known.isEmpty() && !session.isEmpty()) {
      throw new SQLException("cannot make sure that '" + session + "' has ended: not a session");
    }
    try (Connection connection = Sessions.own(target)) {
      if (known.isPresent()) {
        end(connection, known.get());
      }
      Latch.poll(Latch.PATIENCE, () -> Latch.tryInSession(connection));
      Latch.release(connection);
    }
  }

  /**
   * Ends one session, and returns when it is gone.
   *
   * @param connection whose role is none from here on: the account ends its own sessions, whatever
   *     role it takes on at login
   */
  static void end(Connection connection, SessionId session) throws SQLException {
    Queries.run(connection, "SET ROLE NONE");
    new Fence(connection, session).end();
  }

  private void end() throws SQLException {
    if (endedWithin(Duration.ZERO)) {
      return;
    }
    signal("pg_cancel_backend");
    if (endedWithin(POLITE)) {
      return;
    }
    signal("pg_terminate_backend");
    if (!endedWithin(LONGEST)) {
      throw new SQLException(
          "cannot make sure that session "
              + fenced
              + " has ended: it is still there after "
              + LONGEST);
    }
  }

  private boolean endedWithin(Duration patience) throws SQLException {
    boolean ended = POLL.until(patience, () -> !lives());
    if (!ended && Thread.currentThread().isInterrupted()) {
      throw new SQLException("interrupted while waiting for the end of session " + fenced);
    }
    return ended;
  }

  /** The start of others' sessions is hidden from accounts without the right to see it. */
  private boolean lives() throws SQLException {
    Optional<String> began =
        Queries.column(
                connection,
                "SELECT " + SessionId.BEGAN + " FROM pg_stat_activity WHERE pid = ?",
                fenced.pid())
            .stream()
            .findFirst();
    if (began.isPresent() && began.get().isEmpty()) {
      throw new SQLException(
          "cannot tell whether session "
              + fenced
              + " has ended: its start is hidden; GRANT"
              + " pg_read_all_stats, pg_signal_backend TO the account of the target",
          SqlStates.INSUFFICIENT_PRIVILEGE);
    }
    return began.isPresent() && Long.parseLong(began.get()) == fenced.began();
  }

  private void signal(String function) throws SQLException {
    try {
      Queries.pinned(connection, "SELECT " + function + "(?)", fenced.pid());
    } catch (SQLException e) {
      if (!SqlStates.is(e, SqlStates.INSUFFICIENT_PRIVILEGE)) {
        throw e;
      }
      throw new SQLException(
          "cannot make sure that session "
              + fenced
              + " has ended: it belongs to another role; GRANT pg_signal_backend TO the account of"
              + " the target",
          SqlStates.INSUFFICIENT_PRIVILEGE,
          e);
    }
  }
}
