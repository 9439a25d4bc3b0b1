package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.SessionLease;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The lease of a database: an advisory lock of a session, and the row of gatehouse.lease. */
record AdvisoryLease(Target target) implements SessionLease.Locked {
  private static final String SIGN =
      "INSERT INTO gatehouse.lease AS l (one, epoch, holder, since, pid)"
          + " VALUES (true, 1, ?, clock_timestamp(), pg_backend_pid())"
          + " ON CONFLICT (one) DO UPDATE SET epoch = l.epoch + 1, holder = excluded.holder,"
          + " since = excluded.since, pid = excluded.pid RETURNING epoch";

  private static final String CORRECT =
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

  /**
   * @param silence after which a holder that gives no sign of life is replaced; empty for never
   */
  static SessionLease take(Target target, String holder, Optional<Duration> silence)
      throws SQLException {
    return SessionLease.take(
        target, Sessions.own(target), new AdvisoryLease(target), holder, silence);
  }

  /** From columns holder, since and epoch. */
  static String signature(Row row) {
    return "%s, since %s, with epoch %s"
        .formatted(row.text("holder"), row.text("since"), row.text("epoch"));
  }

  static String ending(String pid) {
    return "SELECT pg_terminate_backend(" + pid + ")";
  }

  @Override
  public void prepare(Connection session) throws SQLException {
    PoolerDetection.prove(target, session);
  }

  @Override
  public boolean tryLock(Connection session) throws SQLException {
    return Latch.trySession(session, Latch.LEASE);
  }

  @Override
  public boolean isLockedBy(Connection session) throws SQLException {
    return Latch.isHeld(session, Latch.LEASE);
  }

  @Override
  public void unlock(Connection session) throws SQLException {
    Latch.release(session, Latch.LEASE);
  }

  /** Only the holder makes the schema: two who do so at once are told of a duplicate key. */
  @Override
  public long sign(Connection session, String holder) throws SQLException {
    GatehouseSchema.ensure(session);
    return Long.parseLong(written(session, SIGN, holder).get(0));
  }

  @Override
  public long correct(Connection session, long epoch, String holder) throws SQLException {
    GatehouseSchema.ensure(session);
    written(session, CORRECT, epoch, holder);
    return Long.parseLong(Queries.pinned(session, "SELECT epoch FROM gatehouse.lease"));
  }

  /** In a transaction of its own, so that nobody comes between the look and the statement. */
  private static List<String> written(Connection session, String sql, Object... binds)
      throws SQLException {
    session.setAutoCommit(false);
    boolean done = false;
    try {
      GatehouseSchema.hold(session, "lease");
      List<String> epochs = Queries.column(session, sql, binds);
      session.commit();
      done = true;
      return epochs;
    } finally {
      if (!done) {
        session.rollback();
      }
      session.setAutoCommit(true);
    }
  }

  @Override
  public SessionLease.Holder holder(Connection session) throws SQLException {
    Optional<Signature> row =
        GatehouseSchema.isReady(session)
            ? Queries.first(session, ROW, Signature::of)
            : Optional.empty();
    String pid =
        Queries.column(session, "SELECT pid FROM pg_locks WHERE " + Latch.holds(Latch.LEASE))
            .stream()
            .findFirst()
            .orElse("?");
    return row.filter(signed -> signed.pid().equals(pid))
        .map(signed -> new SessionLease.Holder(true, signed.who(), ending(pid)))
        .orElseGet(
            () ->
                new SessionLease.Holder(
                    false, "a session that did not sign, pid " + pid, ending(pid)));
  }

  @Override
  public Optional<SilentHolder> replaced(Connection session, Duration silence) throws SQLException {
    return SilentHolder.ended(target, session, silence);
  }

  @Override
  public void ask(Connection session) throws SQLException {
    Queries.run(session, "SELECT 1");
  }

  @Override
  public String code(SQLException error) {
    return "SQL state " + error.getSQLState();
  }
}
