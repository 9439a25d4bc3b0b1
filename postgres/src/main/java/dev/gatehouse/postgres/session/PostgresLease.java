package dev.gatehouse.postgres.session;

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
import java.util.List;
import java.util.Optional;

/**
 * An advisory lock in a session that does nothing else: it ends with its process or its connection
 * and needs no clock. The row beside it tells others who holds it, and counts the holders; a row
 * that came out of a restored dump is put right by the holder of the lock.
 *
 * <p>Thread-safe.
 */
final class PostgresLease implements Lease {
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
      "INSERT INTO gatehouse.lease AS l (one, epoch, holder, since, pid)"
          + " VALUES (true, 1, ?, clock_timestamp(), pg_backend_pid())"
          + " ON CONFLICT (one) DO UPDATE SET epoch = l.epoch + 1, holder = excluded.holder,"
          + " since = excluded.since, pid = excluded.pid RETURNING epoch";

  private static final String MEND =
      "INSERT INTO gatehouse.lease AS l (one, epoch, holder, since, pid)"
          + " VALUES (true, ?, ?, clock_timestamp(), pg_backend_pid())"
          + " ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch, holder = excluded.holder,"
          + " since = excluded.since, pid = excluded.pid WHERE l.epoch < excluded.epoch";

  private static final String ROW =
      "SELECT holder, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
          + " AS since, epoch, pid FROM gatehouse.lease";

  /** Who signed, as the row of the lease tells it. */
  private record Signature(String who, String pid) {
    static Signature of(Row row) {
      return new Signature(signature(row), row.text("pid"));
    }
  }

  private final Target target;
  private final Connection connection;
  private final String holder;
  private final long epoch;
  private final Optional<String> replaced;
  private long beaten = System.nanoTime();
  private boolean closed;

  private PostgresLease(
      Target target, Connection connection, String holder, long epoch, Optional<String> replaced) {
    this.replaced = replaced;
    this.target = target;
    this.connection = connection;
    this.holder = holder;
    this.epoch = epoch;
  }

  /**
   * @param silence after which a holder that gives no sign of life is replaced; empty for never
   */
  static PostgresLease take(Target target, String holder, Optional<Duration> silence)
      throws SQLException {
    return Opened.orClose(
        Sessions.own(target), connection -> signed(target, connection, holder, silence));
  }

  private static PostgresLease signed(
      Target target, Connection connection, String holder, Optional<Duration> silence)
      throws SQLException {
    connection.setNetworkTimeout(Runnable::run, DEADLINE_MILLIS);
    PoolerDetection.prove(target, connection);
    Optional<SilentHolder> silent = Optional.empty();
    boolean free = Latch.trySession(connection, Latch.LEASE);
    if (!free && silence.isPresent()) {
      silent = SilentHolder.ended(target, connection, silence.get());
    }
    for (int look = 1; !free && !Latch.trySession(connection, Latch.LEASE); look++) {
      refuseIfKnown(target, connection, look);
    }
    // Only the holder may: two who create a schema at once are told of a duplicate key.
    GatehouseSchema.ensure(connection);
    long epoch = Long.parseLong(written(connection, SIGN, holder).get(0));
    if (silent.isPresent()) {
      // From here on it cannot prove a lease, and so begin nothing; now what it had begun.
      silent.get().endEffect(target);
    }
    return new PostgresLease(target, connection, holder, epoch, silent.map(SilentHolder::toString));
  }

  /** In a transaction of its own, so that nobody comes between the look and the statement. */
  private static List<String> written(Connection connection, String sql, Object... binds)
      throws SQLException {
    connection.setAutoCommit(false);
    boolean done = false;
    try {
      GatehouseSchema.hold(connection, "lease");
      List<String> epochs = Queries.column(connection, sql, binds);
      connection.commit();
      done = true;
      return epochs;
    } finally {
      if (!done) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
    }
  }

  private static void refuseIfKnown(Target target, Connection connection, int look)
      throws SQLException {
    Optional<Signature> known =
        GatehouseSchema.isReady(connection)
            ? Queries.first(connection, ROW, Signature::of)
            : Optional.empty();
    Optional<String> pid =
        Queries.column(connection, "SELECT pid FROM pg_locks WHERE " + Latch.holds(Latch.LEASE))
            .stream()
            .findFirst();
    boolean signed = known.isPresent() && pid.equals(known.map(Signature::pid));
    if (signed && look >= LOOKS_AT_SIGNED) {
      throw held(target, known.get().who(), known.get().pid());
    }
    if (look >= LOOKS) {
      throw held(target, "a session that did not sign, pid " + pid.orElse("?"), pid.orElse("?"));
    }
    if (!Poll.pause(LOOK)) {
      throw held(target, "somebody; interrupted while finding out who", pid.orElse("?"));
    }
  }

  /** From columns holder, since and epoch. */
  static String signature(Row row) {
    return "%s, since %s, with epoch %s"
        .formatted(row.text("holder"), row.text("since"), row.text("epoch"));
  }

  static Refusal held(Target target, String who, String pid) {
    return new Refusal(
        Finding.of("lease.held", "another run holds the lease of '" + target.name() + "'")
            .withExpected("no other run on this target")
            .withFound(who)
            .withFix(
                "wait for its end; if its process is gone for good: SELECT pg_terminate_backend("
                    + pid
                    + "), or resume with a runner that is takingOverAfter(...)"));
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Optional<String> replaced() {
    return replaced;
  }

  /**
   * The server notes when a session was asked something last: no row that a lock could keep from
   * being written, as a restore's would.
   */
  @Override
  public synchronized boolean beat() {
    if (System.nanoTime() - beaten < BEAT_NANOS) {
      return !closed;
    }
    try {
      Queries.run(connection, "SELECT 1");
      beaten = System.nanoTime();
      return !closed;
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
      if (!Latch.isHeld(connection, Latch.LEASE)) {
        throw lost("its session does not hold the lock any more");
      }
      GatehouseSchema.ensure(connection);
      written(connection, MEND, epoch, holder);
      long live = Long.parseLong(Queries.pinned(connection, "SELECT epoch FROM gatehouse.lease"));
      if (live != epoch) {
        throw lost("epoch is " + live + " by now");
      }
    } catch (SQLException e) {
      throw lost("its session is gone, SQL state " + e.getSQLState());
    }
  }

  private Refusal lost(String found) {
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
        Latch.release(ending, Latch.LEASE);
      } catch (SQLException gone) {
        return;
      }
    }
  }
}
