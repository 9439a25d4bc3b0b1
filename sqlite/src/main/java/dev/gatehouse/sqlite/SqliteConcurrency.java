package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Write locks of the file as latches, a sidecar database as the lease. */
final class SqliteConcurrency implements Concurrency {
  private static final AtomicLong SESSIONS = new AtomicLong();

  private static final String CREATE_MARKERS =
      "CREATE TABLE IF NOT EXISTS main.gatehouse_marker (key TEXT PRIMARY KEY NOT NULL,"
          + " run TEXT NOT NULL, step TEXT NOT NULL, plan TEXT NOT NULL, head TEXT NOT NULL,"
          + " at TEXT NOT NULL)";

  private final Duration patience;

  /**
   * @param patience how long a session waits for the write lock of another
   */
  SqliteConcurrency(Duration patience) {
    this.patience = patience;
  }

  @Override
  public Lease lease(Target target, String holder) throws SQLException {
    return SidecarLease.take(DatabaseFile.of(target), holder);
  }

  @Override
  public Lease lease(Target target, String holder, Duration silence) {
    throw SidecarLease.unreplaceable(target);
  }

  @Override
  public Past past(Connection reading) throws SQLException {
    long markers =
        markersAreKept(reading)
            ? Queries.number(reading, "SELECT count(*) FROM main.gatehouse_marker")
            : 0;
    return SidecarLease.past(DatabaseFile.of(reading), markers);
  }

  private static boolean markersAreKept(Connection connection) throws SQLException {
    return Queries.maybe(
            connection, "SELECT 1 FROM main.sqlite_schema WHERE name = 'gatehouse_marker'")
        .isPresent();
  }

  /** For people only: nothing of it outlives its process, see {@link #fence}. */
  @Override
  public String session(Connection connection) throws SQLException {
    ProcessHandle self = ProcessHandle.current();
    return "process "
        + self.pid()
        + self.info().startInstant().map(start -> " started " + start).orElse("")
        + " session "
        + SESSIONS.incrementAndGet();
  }

  /**
   * BEGIN IMMEDIATE, and the JDBC connection out of autocommit, so that commit() and rollback() end
   * exactly this transaction.
   */
  @Override
  public void begin(Connection connection) throws SQLException {
    // The driver opens a deferred transaction here; it holds nothing yet and makes room for ours.
    connection.setAutoCommit(false);
    Opened.orClose(
        () -> backToAutoCommit(connection),
        opened -> {
          Queries.run(connection, "ROLLBACK");
          Patience.run(connection, "BEGIN IMMEDIATE", patience);
          return connection;
        });
  }

  private static void backToAutoCommit(Connection connection) throws SQLException {
    Queries.run(connection, "BEGIN");
    connection.rollback();
    connection.setAutoCommit(true);
  }

  /**
   * Proves that nobody writes, and holds nothing after that: a held write lock would be a
   * transaction, which is what these statements cannot run in. No statement outlives its process,
   * so the lease alone keeps a second writer of ours away.
   */
  @Override
  public void latch(Connection connection) throws SQLException {
    Patience.run(connection, "BEGIN IMMEDIATE", patience);
    Queries.run(connection, "ROLLBACK");
  }

  @Override
  public void mark(Connection connection, Marker marker) throws SQLException {
    refuseIfTheTransactionIsGone(connection);
    Queries.run(connection, CREATE_MARKERS);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO main.gatehouse_marker (key, run, step, plan, head, at)"
                + " VALUES (?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))")) {
      insert.setString(1, marker.key());
      insert.setString(2, marker.run());
      insert.setString(3, marker.step());
      insert.setString(4, marker.plan());
      insert.setString(5, marker.head());
      insert.executeUpdate();
    }
    // A trigger may take it away again; to be noticed now, while all of it can be rolled back.
    if (!marker(connection, marker.key()).equals(Optional.of(marker))) {
      throw new SQLException(
          "the marker row was not kept: see the triggers of gatehouse_marker",
          null,
          ResultCodes.ABORT);
    }
  }

  /**
   * Some statements end the transaction under our feet (RAISE(ROLLBACK), OR ROLLBACK, a script's
   * own COMMIT); a marker written after that would prove what did not happen together with it.
   */
  private static void refuseIfTheTransactionIsGone(Connection connection) throws SQLException {
    if (!inTransaction(connection)) {
      throw new SQLException(
          "the transaction was ended by one of its own statements; no marker was written");
    }
  }

  /** To begin within a transaction is the plain ERROR; any other answer does not tell. */
  private static boolean inTransaction(Connection connection) throws SQLException {
    try {
      Queries.run(connection, "BEGIN");
    } catch (SQLException e) {
      if (ResultCodes.code(e) != ResultCodes.ERROR) {
        throw e;
      }
      return true;
    }
    Queries.run(connection, "ROLLBACK");
    return false;
  }

  /** What a deferred reference breaks is noticed by the commit, which then has not taken place. */
  @Override
  public void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      if (String.valueOf(e.getMessage()).contains(ForeignKeys.FAILED)) {
        throw ForeignKeys.brokenAtCommit(connection, e);
      }
      throw e;
    }
  }

  /** After some errors (disk full, RAISE(ROLLBACK)) SQLite has rolled back already. */
  @Override
  public void rollback(Connection connection) throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException e) {
      if (inTransaction(connection)) {
        throw e;
      }
    }
  }

  @Override
  public Optional<Marker> marker(Connection connection, String key) throws SQLException {
    if (!markersAreKept(connection)) {
      return Optional.empty();
    }
    return markers(connection, "key = ?", key).stream().findFirst();
  }

  @Override
  public List<Marker> markersOf(Connection reading, String plan) throws SQLException {
    return markersAreKept(reading) ? markers(reading, "plan = ?", plan) : List.of();
  }

  private static List<Marker> markers(Connection connection, String where, String text)
      throws SQLException {
    List<Marker> markers = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT key, run, step, plan, head FROM main.gatehouse_marker WHERE " + where)) {
      select.setString(1, text);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          markers.add(
              new Marker(
                  rows.getString(1),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5)));
        }
      }
    }
    return markers;
  }

  /**
   * The engine lives in its clients: a dead process executes nothing, and a living one that still
   * does holds the write lock. So having the write lock once is the proof.
   */
  @Override
  public void fence(Target target, String session) throws SQLException {
    try (Connection connection = Sessions.writing(target)) {
      Patience.run(connection, "BEGIN IMMEDIATE", Patience.DEFAULT);
      Queries.run(connection, "ROLLBACK");
    } catch (SQLException e) {
      throw new SQLException(
          "cannot make sure that '" + session + "' has ended: " + e.getMessage(),
          e.getSQLState(),
          ResultCodes.code(e),
          e);
    }
  }

  @Override
  public boolean inDoubt(SQLException error) {
    return ResultCodes.inDoubt(error);
  }
}
