package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.SessionLease;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The lease of a database: a lock by name of a session, and its row in gatehouse.lease. */
record NamedLockLease(Target target, String database) implements SessionLease.Locked {
  private static final String SIGN =
      "INSERT INTO gatehouse.lease (id, target, epoch, holder, since, session)"
          + " VALUES (?, ?, 1, ?, UTC_TIMESTAMP(), CONNECTION_ID())"
          + " ON DUPLICATE KEY UPDATE epoch = epoch + 1, holder = VALUES(holder),"
          + " since = VALUES(since), session = VALUES(session)";

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

  /**
   * @param silence after which a holder that gives no sign of life is replaced; empty for never
   */
  static SessionLease take(Target target, String holder, Optional<Duration> silence)
      throws SQLException {
    return Opened.orClose(
        Sessions.own(target),
        session -> {
          String database = SessionConnection.of(session).database();
          return SessionLease.take(
              target, session, new NamedLockLease(target, database), holder, silence);
        });
  }

  private static String id(String database) {
    return GatehouseDatabase.id(database, "lease");
  }

  private String id() {
    return id(database);
  }

  ServerLock lock() {
    return ServerLock.lease(database);
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

  private record Signature(String who, String session) {
    static Signature of(Row row) {
      String who =
          "%s, since %s, with epoch %s"
              .formatted(row.text("holder"), row.text("began"), row.text("epoch"));
      return new Signature(who, row.text("session"));
    }
  }

  @Override
  public void prepare(Connection session) throws SQLException {
    GatehouseDatabase.ensure(session);
  }

  @Override
  public boolean tryLock(Connection session) throws SQLException {
    return lock().tryTake(session);
  }

  @Override
  public boolean isLockedBy(Connection session) throws SQLException {
    return lock().isHeldBy(session);
  }

  @Override
  public void unlock(Connection session) throws SQLException {
    lock().release(session);
  }

  @Override
  public long sign(Connection session, String holder) throws SQLException {
    Queries.update(session, SIGN, id(), database, holder);
    return epoch(session);
  }

  @Override
  public long correct(Connection session, long epoch, String holder) throws SQLException {
    GatehouseDatabase.ensure(session);
    Queries.update(session, CORRECT, id(), database, epoch, holder);
    return epoch(session);
  }

  private long epoch(Connection session) throws SQLException {
    return Long.parseLong(
        Queries.one(session, "SELECT epoch FROM gatehouse.lease WHERE id = ?", id()));
  }

  @Override
  public SessionLease.Holder holder(Connection session) throws SQLException {
    OptionalLong connection = lock().holder(session);
    String id = connection.isPresent() ? String.valueOf(connection.getAsLong()) : "?";
    return Queries.first(session, ROW, Signature::of, id())
        .filter(signed -> signed.session().equals(id))
        .map(signed -> new SessionLease.Holder(true, signed.who(), "KILL " + id))
        .orElseGet(
            () ->
                new SessionLease.Holder(
                    false, "a session that did not sign, connection " + id, "KILL " + id));
  }

  @Override
  public Optional<SilentHolder> replaced(Connection session, Duration silence) throws SQLException {
    return SilentHolder.ended(this, session, silence);
  }

  @Override
  public void ask(Connection session) throws SQLException {
    Queries.run(session, "DO 0");
  }

  @Override
  public String code(SQLException error) {
    return "error " + error.getErrorCode();
  }
}
