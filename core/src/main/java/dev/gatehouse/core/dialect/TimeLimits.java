package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How long statements may wait and take, where the product lets a session say so.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface TimeLimits {

  /**
   * What is limited; what is absent stays as the session has it.
   *
   * @param lock how long a statement may queue for a lock
   * @param statement how long one statement may take
   */
  record Limits(Optional<Duration> lock, Optional<Duration> statement) {
    /** Nothing beyond what the session has. */
    public static final Limits NONE = new Limits(Optional.empty(), Optional.empty());

    /** The same with a limit for locks. */
    public Limits withLock(Duration limit) {
      return new Limits(Optional.of(positive("lock timeout", limit)), statement);
    }

    /** The same with a limit for each statement. */
    public Limits withStatement(Duration limit) {
      return new Limits(lock, Optional.of(positive("statement timeout", limit)));
    }

    private static Duration positive(String what, Duration limit) {
      if (limit.toMillis() < 1) {
        throw new IllegalArgumentException(what + " is " + limit + ": give at least 1 ms");
      }
      return limit;
    }
  }

  /**
   * Keeps the driver from giving up before the server does: the socket's own deadline is for a
   * server that is frozen.
   *
   * @param limit for each statement
   */
  static void outwait(Connection connection, Duration limit) throws SQLException {
    int deadline = connection.getNetworkTimeout();
    long wanted = Math.min(Integer.MAX_VALUE, limit.plusMinutes(1).toMillis());
    if (deadline != 0 && deadline < wanted) {
      connection.setNetworkTimeout(Runnable::run, (int) wanted);
    }
  }

  /** The exact statements that set them, and what else keeps them. */
  List<String> preview(Limits limits);

  /** Sets them: until the open transaction ends, or in autocommit until the session does. */
  void impose(Connection connection, Limits limits) throws SQLException;
}
