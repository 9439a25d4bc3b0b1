package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Lasting;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A lock by name (GET_LOCK). It belongs to a session, outlives its transactions, and is free once
 * the session is gone and its transaction rolled back; everybody may ask whose it is. Always tried,
 * never waited for. Names are hexadecimal: how products compare others they do not say.
 */
record ServerLock(String name) {
  /** How long a session waits for the one before. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Pattern SESSION = Pattern.compile("gatehouse\\.s\\.[0-9a-f]{40}");
  private static final Poll POLL = Poll.every(Duration.ofMillis(20));

  /** Who holds the lease of that database. */
  static ServerLock lease(String database) {
    return new ServerLock("gatehouse.l." + shortened(database));
  }

  /** Whose effect is under way on that database. */
  static ServerLock latch(String database) {
    return new ServerLock("gatehouse.x." + shortened(database));
  }

  /** Who tries statements on empty copies of tables. */
  static ServerLock copies() {
    return new ServerLock("gatehouse.c." + shortened("copies"));
  }

  /** A new one, by which one session is known. */
  static ServerLock ofNewSession() {
    return new ServerLock("gatehouse.s." + shortened(UUID.randomUUID().toString()));
  }

  /** The one of that name, if it is one of a session. */
  static Optional<ServerLock> ofSession(String name) {
    return SESSION.matcher(name).matches() ? Optional.of(new ServerLock(name)) : Optional.empty();
  }

  private static String shortened(String text) {
    return Sha256.of(text).substring(0, 40);
  }

  /** Told by us and not by the server, in its words for a lock that was waited for. */
  static final class NotFree extends SQLException {
    private static final long serialVersionUID = 1;

    private NotFree(String reason) {
      super(reason, "HY000", ErrorCodes.LOCK_WAIT);
    }
  }

  boolean tryTake(Connection connection) throws SQLException {
    return Queries.one(connection, "SELECT GET_LOCK(?, 0)", name).equals("1");
  }

  /** Once for each time it was taken. */
  void release(Connection connection) throws SQLException {
    Queries.one(connection, "SELECT RELEASE_LOCK(?)", name);
  }

  /** The connection id of whoever holds it. */
  OptionalLong holder(Connection connection) throws SQLException {
    String id = Queries.one(connection, "SELECT IS_USED_LOCK(?)", name);
    return id.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(id));
  }

  boolean isHeldBy(Connection connection) throws SQLException {
    return Queries.one(connection, "SELECT IS_USED_LOCK(?) = CONNECTION_ID()", name).equals("1");
  }

  /**
   * Takes it within a bounded time.
   *
   * @throws SQLException when it was not free in time; nothing was done
   */
  void take(Connection connection, Duration patience) throws SQLException {
    if (!POLL.until(patience, () -> tryTake(connection))) {
      throw new NotFree(
          Thread.currentThread().isInterrupted()
              ? "interrupted while waiting for the latch; nothing was done"
              : "session "
                  + holder(connection)
                  + " holds the latch of this database and kept it for "
                  + Lasting.of(patience)
                  + "; nothing was done");
    }
  }
}
