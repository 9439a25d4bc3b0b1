package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.PoolRoom;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Locks by name as lease and latch; markers in the database gatehouse. */
public final class MySqlConcurrency implements Concurrency {
  /** How long a session waits for the latch of another. */
  public static final Duration PATIENCE = ServerLock.PATIENCE;

  /** Any commit takes it away, also that of a statement that commits without saying so. */
  private static final String SAVEPOINT = "gatehouse_begin";

  private final Duration patience;

  /**
   * @param patience how long a session waits for the latch of another
   */
  public MySqlConcurrency(Duration patience) {
    this.patience = patience;
  }

  @Override
  public Lease lease(Target target, String holder) throws SQLException {
    return NamedLockLease.take(target, holder, Optional.empty());
  }

  @Override
  public Lease lease(Target target, String holder, Duration silence) throws SQLException {
    return NamedLockLease.take(target, holder, Optional.of(silence));
  }

  @Override
  public void refuseUnprepared(Target target, int sessions) throws SQLException {
    PoolRoom.require(target, sessions);
    try (Connection connection = Sessions.own(target)) {
      GatehouseDatabase.refuseWithoutRights(connection);
    }
  }

  @Override
  public Past past(Connection reading) throws SQLException {
    String database = SessionConnection.of(reading).database();
    try {
      boolean held = ServerLock.lease(database).holder(reading).isPresent();
      return new Past(
          NamedLockLease.lastEpoch(reading, database), held, GatehouseDatabase.markers(reading));
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return new Past(-1, true, -1);
      }
      throw e;
    }
  }

  @Override
  public String session(Connection connection) throws SQLException {
    return SessionConnection.of(connection).session().toString();
  }

  @Override
  public void begin(Connection connection) throws SQLException {
    GatehouseDatabase.ensure(connection);
    SessionConnection session = SessionConnection.of(connection);
    ServerLock latch = ServerLock.latch(session.database());
    latch.take(connection, patience);
    Opened.orClose(
        () -> release(connection, latch),
        taken -> {
          connection.setAutoCommit(false);
          Queries.run(connection, "SAVEPOINT " + SAVEPOINT);
          GatehouseDatabase.open(connection, session.session().lock());
          return taken;
        });
  }

  @Override
  public void commit(Connection connection) throws SQLException {
    connection.commit();
    release(connection, ServerLock.latch(SessionConnection.of(connection).database()));
  }

  /**
   * Rolls back, and looks whether that took all of it back.
   *
   * @throws SQLException when a statement had committed on its way
   */
  @Override
  public void rollback(Connection connection) throws SQLException {
    connection.rollback();
    SessionConnection session = SessionConnection.of(connection);
    release(connection, ServerLock.latch(session.database()));
    if (GatehouseDatabase.isHalfCommitted(connection, session.session().lock())) {
      throw Fence.halfCommitted(session.session().lock());
    }
  }

  /** Its session was given the latch once for this transaction. */
  private static void release(Connection connection, ServerLock latch) throws SQLException {
    connection.setAutoCommit(true);
    latch.release(connection);
  }

  @Override
  public void latch(Connection connection) throws SQLException {
    ServerLock.latch(SessionConnection.of(connection).database()).take(connection, patience);
  }

  @Override
  public void mark(Connection connection, Marker marker) throws SQLException {
    SessionConnection session = SessionConnection.of(connection);
    if (!ServerLock.latch(session.database()).isHeldBy(connection)
        || !session.session().lock().isHeldBy(connection)) {
      throw ended("a statement of it gave away the locks of its session");
    }
    releaseSavepoint(connection);
    if (!GatehouseDatabase.write(
        connection, session.session().lock(), session.database(), marker)) {
      throw ended("it was ended by one of its own statements");
    }
    // A trigger may change it; to be noticed now, while all of it can be rolled back.
    if (!marker(connection, marker.key()).equals(Optional.of(marker))) {
      throw ended("its marker row was not kept: see the triggers of gatehouse.marker");
    }
  }

  private static void releaseSavepoint(Connection connection) throws SQLException {
    try {
      Queries.run(connection, "RELEASE SAVEPOINT " + SAVEPOINT);
    } catch (SQLException e) {
      if (ErrorCodes.is(e, ErrorCodes.SAVEPOINT_GONE)) {
        throw ended("it was ended by one of its own statements");
      }
      throw e;
    }
  }

  private static SQLException ended(String how) {
    return new SQLException(
        "the transaction cannot be proved: " + how + "; no marker was written",
        "HY000",
        ErrorCodes.SAVEPOINT_GONE);
  }

  @Override
  public Optional<Marker> marker(Connection connection, String key) throws SQLException {
    return GatehouseDatabase.read(connection, SessionConnection.of(connection).database(), key);
  }

  @Override
  public List<Marker> markersOf(Connection reading, String plan) throws SQLException {
    try {
      return GatehouseDatabase.ofPlan(reading, plan);
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return List.of();
      }
      throw e;
    }
  }

  @Override
  public void fence(Target target, String session) throws SQLException {
    Fence.around(target, session);
  }

  @Override
  public boolean inDoubt(SQLException error) {
    return ErrorCodes.inDoubt(error);
  }

  @Override
  public boolean inDoubt(Connection session, SQLException error) {
    return ErrorCodes.inDoubt(session, error);
  }
}
