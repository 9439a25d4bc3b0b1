package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.PoolRoom;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Advisory locks as lease and latch; markers in the schema gatehouse. */
public final class PostgresConcurrency implements Concurrency {
  private final Duration patience;

  /**
   * @param patience how long a session waits for the latch of another
   */
  public PostgresConcurrency(Duration patience) {
    this.patience = patience;
  }

  @Override
  public Lease lease(Target target, String holder) throws SQLException {
    return AdvisoryLease.take(target, holder, Optional.empty());
  }

  @Override
  public Lease lease(Target target, String holder, Duration silence) throws SQLException {
    return AdvisoryLease.take(target, holder, Optional.of(silence));
  }

  @Override
  public void refuseUnprepared(Target target, int sessions) throws SQLException {
    PoolRoom.require(target, sessions);
    try (Connection connection = Sessions.own(target)) {
      GatehouseSchema.refuseUnprepared(connection);
    }
  }

  @Override
  public Past past(Connection reading) throws SQLException {
    return GatehouseSchema.past(reading);
  }

  @Override
  public String session(Connection connection) throws SQLException {
    return SessionId.of(connection).toString();
  }

  /**
   * The latch lives and ends with the transaction, so that it is given back in the same moment in
   * which what it guarded is decided. A try that fails leaves its transaction at once: who waits
   * inside one would keep concurrent index builds from ever ending.
   */
  @Override
  public void begin(Connection connection) throws SQLException {
    Latch.poll(patience, () -> tryBegin(connection));
  }

  private static boolean tryBegin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    boolean taken = false;
    try {
      taken = Latch.tryInTransaction(connection);
      return taken;
    } finally {
      if (!taken) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /** An aborted transaction is rolled back by this, in silence. */
  @Override
  public void commit(Connection connection) throws SQLException {
    connection.commit();
    connection.setAutoCommit(true);
  }

  @Override
  public void rollback(Connection connection) throws SQLException {
    connection.rollback();
    connection.setAutoCommit(true);
  }

  @Override
  public void latch(Connection connection) throws SQLException {
    Latch.poll(patience, () -> Latch.tryInSession(connection));
  }

  /**
   * What a script may have left behind is put right first: a role that may not write the marker, a
   * commit that need not reach the disk, constraints that would only fail in the commit.
   */
  @Override
  public void mark(Connection connection, Marker marker) throws SQLException {
    if (connection.getAutoCommit() || !Latch.isHeld(connection)) {
      throw new SQLException(
          "the transaction was ended by one of its own statements; no marker was written",
          SqlStates.OBJECT_NOT_IN_PREREQUISITE_STATE);
    }
    Queries.run(connection, "SET CONSTRAINTS ALL IMMEDIATE");
    Queries.run(connection, "RESET SESSION AUTHORIZATION");
    Queries.run(connection, "RESET ROLE");
    Queries.run(
        connection,
        "SELECT pg_catalog.set_config('synchronous_commit', 'on', true)"
            + " WHERE pg_catalog.current_setting('synchronous_commit')"
            + " OPERATOR(pg_catalog.<>) 'remote_apply'");
    GatehouseSchema.ensure(connection);
    GatehouseSchema.hold(connection, "marker");
    GatehouseSchema.write(connection, marker);
  }

  @Override
  public Optional<Marker> marker(Connection connection, String key) throws SQLException {
    return GatehouseSchema.read(connection, key);
  }

  @Override
  public List<Marker> markersOf(Connection reading, String plan) throws SQLException {
    return GatehouseSchema.ofPlan(reading, plan);
  }

  @Override
  public void fence(Target target, String session) throws SQLException {
    Fence.around(target, session);
  }

  @Override
  public boolean inDoubt(SQLException error) {
    return SqlStates.inDoubt(error);
  }

  @Override
  public boolean inDoubt(Connection session, SQLException error) {
    return SqlStates.inDoubt(session, error);
  }
}
