package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A lock by name in a session that does nothing else: it ends with its process or its connection
 * and needs no clock. The row in database gatehouse tells others who holds it, and counts the
 * holders.
 *
 * <p>Thread-safe.
 */
final class MySqlLease implements Lease {
  /** The lock is taken before its row is written: so long others wait for the row. */
  private static final int LOOKS = 20;

  /** The session of a process that died a moment ago may not have noticed it yet. */
  private static final int LOOKS_AT_SIGNED = 5;

  private static final Duration LOOK = Duration.ofMillis(50);

  /** A server that does not answer the lease in that time may have given it to others. */
  private static final int DEADLINE_MILLIS = 10_000;

  /** What is asked more often than this says nothing new. */
  private static final long BEAT_NANOS = 500_000_000;

  private static final String SIGN =
      "INSERT INTO gatehouse.lease (id, target, epoch, holder, since, session)"
          + " VALUES (?, ?, 1, ?, UTC_TIMESTAMP(), CONNECTION_ID())"
          + " ON DUPLICATE KEY UPDATE epoch = epoch + 1, holder = VALUES(holder),"
          + " since = VALUES(since), session = VALUES(session)";

  /** A row that came out of a restored dump is put right by the holder of the lock. */
  private static final String CORRECT =
      "INSERT INTO gatehouse.lease (id, target, epoch, holder, since, session)"
          + " VALUES (?, ?, ?, ?, UTC_TIMESTAMP(), CONNECTION_ID())"
          + " ON DUPLICATE KEY UPDATE"
          + " holder = IF(epoch < VALUES(epoch), VALUES(holder), holder),"
          + " since = IF(epoch < VALUES(epoch), VALUES(since), since),"
          + " session = IF(epoch < VALUES(epoch), VALUES(session), session),"
          + " epoch = GREATEST(epoch, VALUES(epoch))";

  private static final String ROW =
      "SELECT holder, DATE_FORMAT(since, '%Y-%m-%dT%H:%i:%sZ') AS began, epoch, session"
          + " FROM gatehouse.lease WHERE id = ?";

  private final Target target;
  private final Connection connection;
  private final String database;
  private final String holder;
  private final long epoch;
  private final Optional<String> replaced;
  private long beaten = System.nanoTime();
  private boolean closed;
  private boolean isLost;

  private MySqlLease(
      Target target,
      Connection connection,
      String database,
      String holder,
      long epoch,
      Optional<String> replaced) {
    this.target = target;
    this.connection = connection;
    this.database = database;
    this.holder = holder;
    this.epoch = epoch;
    this.replaced = replaced;
  }

  /**
   * @param silence after which a holder that gives no sign of life is replaced; empty for never
   */
  static MySqlLease take(Target target, String holder, Optional<Duration> silence)
      throws SQLException {
    return Opened.orClose(
        Sessions.own(target), connection -> signed(target, connection, holder, silence));
  }

  private static MySqlLease signed(
      Target target, Connection connection, String holder, Optional<Duration> silence)
      throws SQLException {
    connection.setNetworkTimeout(Runnable::run, DEADLINE_MILLIS);
    String database = SessionConnection.of(connection).database();
    ServerLock lock = ServerLock.lease(database);
    GatehouseDatabase.ensure(connection);
    Optional<SilentHolder> silent = Optional.empty();
    boolean free = lock.tryTake(connection);
    if (!free && silence.isPresent()) {
      silent = SilentHolder.ended(target, connection, lock, silence.get());
    }
    for (int look = 1; !free && !lock.tryTake(connection); look++) {
      refuseIfKnown(target, connection, lock, look);
    }
    Queries.update(connection, SIGN, id(database), database, holder);
    long epoch = liveEpoch(connection, database);
    if (silent.isPresent()) {
      // From here on it cannot prove a lease, and so begin nothing; now what it had begun.
      Fence.end(connection, ServerLock.latch(database));
    }
    return new MySqlLease(
        target, connection, database, holder, epoch, silent.map(SilentHolder::toString));
  }

  private static String id(String database) {
    return GatehouseDatabase.id(database, "lease");
  }

  private static long liveEpoch(Connection connection, String database) throws SQLException {
    return Long.parseLong(
        Queries.one(connection, "SELECT epoch FROM gatehouse.lease WHERE id = ?", id(database)));
  }

  /** The epoch of the last lease; 0 when there was none. */
  static long lastEpoch(Connection connection, String database) throws SQLException {
    return GatehouseDatabase.isReady(connection)
        ? Long.parseLong(
            Queries.one(
                connection,
                "SELECT COALESCE(MAX(epoch), 0) FROM gatehouse.lease WHERE id = ?",
                id(database)))
        : 0;
  }

  /** Who signed as holder of a lease. */
  record Signature(String holder, String since, String epoch, String connection) {
    static Signature of(Row row) {
      return new Signature(
          row.text("holder"), row.text("began"), row.text("epoch"), row.text("session"));
    }

    @Override
    public String toString() {
      return "%s, since %s, with epoch %s".formatted(holder, since, epoch);
    }
  }

  static Optional<Signature> signature(Connection connection) throws SQLException {
    return Queries.first(
        connection, ROW, Signature::of, id(SessionConnection.of(connection).database()));
  }

  private static void refuseIfKnown(Target target, Connection connection, ServerLock lock, int look)
      throws SQLException {
    OptionalLong session = lock.holder(connection);
    String id = session.isPresent() ? String.valueOf(session.getAsLong()) : "?";
    Optional<Signature> signed =
        signature(connection).filter(found -> found.connection().equals(id));
    if (signed.isPresent() && look >= LOOKS_AT_SIGNED) {
      throw held(target, signed.get().toString(), id);
    }
    if (look >= LOOKS) {
      throw held(target, "a session that did not sign, connection " + id, id);
    }
    if (!Poll.pause(LOOK)) {
      throw held(target, "somebody; interrupted while finding out who", id);
    }
  }

  static Refusal held(Target target, String who, String connection) {
    return new Refusal(
        Finding.of("lease.held", "another run holds the lease of '" + target.name() + "'")
            .withExpected("no other run on this target")
            .withFound(who)
            .withFix(
                "wait for its end; if its process is gone for good: KILL "
                    + connection
                    + ", or resume with a runner that is takingOverAfter(...)"));
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Optional<String> replaced() {
    return replaced;
  }

  /** The server tells in its list of sessions for how long each has been asked nothing. */
  @Override
  public synchronized boolean beat() {
    if (System.nanoTime() - beaten < BEAT_NANOS) {
      return !closed && !isLost;
    }
    try {
      Queries.run(connection, "DO 0");
      beaten = System.nanoTime();
      return !closed && !isLost;
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public synchronized void verify() {
    if (closed) {
      throw lost("it was given back");
    }
    try {
      if (!ServerLock.lease(database).isHeldBy(connection)) {
        throw lost("its session does not hold the lock any more");
      }
      GatehouseDatabase.ensure(connection);
      Queries.update(connection, CORRECT, id(database), database, epoch, holder);
      long live = liveEpoch(connection, database);
      if (live != epoch) {
        throw lost("epoch is " + live + " by now");
      }
    } catch (SQLException e) {
      throw lost("its session is gone, error " + e.getErrorCode());
    }
  }

  private Refusal lost(String found) {
    isLost = true;
    return new Refusal(
        Finding.of("lease.lost", "the lease of '" + target.name() + "' is lost")
            .withExpected("epoch " + epoch + ", held by " + holder)
            .withFound(found)
            .withFix("resume the run: it takes the lease again and looks at what is in doubt"));
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try (Connection ending = connection) {
        // The server ends a closed session in its own time, and with it the lock: too late for
        // whoever comes next at once.
        ServerLock.lease(database).release(ending);
      } catch (SQLException gone) {
        return;
      }
    }
  }
}
