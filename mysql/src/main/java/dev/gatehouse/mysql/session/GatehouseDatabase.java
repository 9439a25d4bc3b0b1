package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The database gatehouse, one for all databases of the server: who holds a lease, and which
 * transactions committed. A transaction writes its row first, under the lock of its session, and
 * gives it the key of its marker last: a row that is found under the lock of a session is of a
 * transaction that was committed before its end.
 */
final class GatehouseDatabase {
  private static final String ID = "id CHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY";

  private static final String LEASE =
      "CREATE TABLE IF NOT EXISTS gatehouse.lease ("
          + ID
          + ", target TEXT NOT NULL, epoch BIGINT NOT NULL, holder TEXT NOT NULL,"
          + " since DATETIME NOT NULL, session BIGINT NOT NULL)"
          + " ENGINE = InnoDB CHARACTER SET = utf8mb4";

  private static final String MARKER =
      "CREATE TABLE IF NOT EXISTS gatehouse.marker ("
          + ID
          + ", marker_key LONGTEXT NOT NULL, run LONGTEXT NOT NULL, step LONGTEXT NOT NULL,"
          + " plan LONGTEXT NOT NULL, head LONGTEXT NOT NULL, at DATETIME(6) NOT NULL)"
          + " ENGINE = InnoDB CHARACTER SET = utf8mb4";

  /** With each right, a statement that needs it; prepared, and never executed. */
  private static final List<String> USED =
      List.of(
          "SELECT epoch FROM gatehouse.lease",
          "INSERT INTO gatehouse.lease (id) VALUES (1)",
          "UPDATE gatehouse.lease SET epoch = 1",
          "SELECT head FROM gatehouse.marker",
          "INSERT INTO gatehouse.marker (id) VALUES (1)",
          "UPDATE gatehouse.marker SET head = 1");

  private GatehouseDatabase() {}

  /** Makes database and tables where they are missing. */
  static void ensure(Connection connection) throws SQLException {
    if (isReady(connection)) {
      return;
    }
    try {
      BinaryLog.run(connection, "CREATE DATABASE IF NOT EXISTS gatehouse", LEASE, MARKER);
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        throw withoutRights(connection, String.valueOf(e.getMessage()));
      }
      throw e;
    }
    if (!isReady(connection)) {
      throw withoutRights(connection, "its tables are not to be seen");
    }
  }

  /**
   * @throws Refusal when a table of it could keep a row that was rolled back
   */
  static boolean isReady(Connection connection) throws SQLException {
    List<Row> tables =
        Queries.rows(
            connection,
            "SELECT table_name, COALESCE(engine, 'none') AS kept_by, table_type"
                + " FROM information_schema.tables WHERE table_schema = 'gatehouse'"
                + " AND table_name IN ('lease', 'marker')",
            Function.identity());
    for (Row table : tables) {
      if (!table.text("kept_by").equals("InnoDB")
          || !table.text("table_type").equals("BASE TABLE")) {
        throw new Refusal(
            Finding.of("mysql.altered-database", "the tables of database gatehouse were altered")
                .withExpected("plain tables of InnoDB: any other keeps what is rolled back")
                .withFound("gatehouse.%s: %s, %s".formatted(table.texts().toArray()))
                .withFix(
                    "find out who did it; when no run is open: DROP DATABASE gatehouse; it is made"
                        + " again"));
      }
    }
    return tables.size() == 2;
  }

  /**
   * Asks for the rights on it, and writes nothing.
   *
   * @throws Refusal when one is missing
   */
  static void refuseWithoutRights(Connection connection) throws SQLException {
    List<String> questions = new ArrayList<>(USED);
    if (!isReady(connection)) {
      questions.add(0, "CREATE TABLE gatehouse.marker (id INT)");
    }
    for (String question : questions) {
      try {
        Queries.run(connection, "PREPARE gatehouse_right FROM '" + question + "'");
        Queries.run(connection, "DEALLOCATE PREPARE gatehouse_right");
      } catch (SQLException e) {
        if (ErrorCodes.isDenied(e)) {
          throw withoutRights(connection, String.valueOf(e.getMessage()));
        }
        // It may be missing, as long as it may be made: 1049, 1050, 1146.
        if (!ErrorCodes.is(e, 1049, 1050, 1146)) {
          throw e;
        }
      }
    }
  }

  private static Refusal withoutRights(Connection connection, String found) throws SQLException {
    return new Refusal(
        Finding.of("mysql.no-rights", "database gatehouse may not be used by this account")
            .withExpected("CREATE, SELECT, INSERT, UPDATE on it: lease and markers stand there")
            .withFound(found)
            .withFix(
                "GRANT CREATE, SELECT, INSERT, UPDATE ON gatehouse.* TO "
                    + Accounts.current(connection)));
  }

  /** The row of a transaction that begins; gone when that is rolled back. */
  static void open(Connection connection, ServerLock session) throws SQLException {
    Queries.update(
        connection,
        "INSERT INTO gatehouse.marker (id, marker_key, run, step, plan, head, at)"
            + " VALUES (?, 'a transaction was committed before its end', '', '', '', '',"
            + " UTC_TIMESTAMP(6))",
        openId(session));
  }

  /** Whether the row of a transaction of that session is there, which its end should have taken. */
  static boolean isHalfCommitted(Connection connection, ServerLock session) throws SQLException {
    return isReady(connection)
        && Queries.exists(
            connection, "SELECT 1 FROM gatehouse.marker WHERE id = ?", openId(session));
  }

  /** Of the row while its transaction is open. */
  static String openId(ServerLock session) {
    return Sha256.of(session.name());
  }

  /**
   * Makes the row of this transaction the marker.
   *
   * @return whether it was there
   */
  static boolean write(Connection connection, ServerLock session, String database, Marker marker)
      throws SQLException {
    return Queries.update(
            connection,
            "UPDATE gatehouse.marker SET id = ?, marker_key = ?, run = ?, step = ?, plan = ?,"
                + " head = ?, at = UTC_TIMESTAMP(6) WHERE id = ?",
            id(database, marker.key()),
            marker.key(),
            marker.run(),
            marker.step(),
            marker.plan(),
            marker.head(),
            openId(session))
        == 1;
  }

  /** How many there are, those of other databases of the server among them. */
  static long markers(Connection connection) throws SQLException {
    return isReady(connection)
        ? Long.parseLong(Queries.one(connection, "SELECT COUNT(*) FROM gatehouse.marker"))
        : 0;
  }

  static Optional<Marker> read(Connection connection, String database, String key)
      throws SQLException {
    if (!isReady(connection)) {
      return Optional.empty();
    }
    return Queries.first(
        connection,
        "SELECT marker_key, run, step, plan, head FROM gatehouse.marker WHERE id = ?",
        GatehouseDatabase::marker,
        id(database, key));
  }

  private static Marker marker(Row row) {
    return new Marker(
        row.text("marker_key"),
        row.text("run"),
        row.text("step"),
        row.text("plan"),
        row.text("head"));
  }

  /** Those of a plan, whose digest tells the database. */
  static List<Marker> ofPlan(Connection connection, String plan) throws SQLException {
    return isReady(connection)
        ? Queries.rows(
            connection,
            "SELECT marker_key, run, step, plan, head FROM gatehouse.marker WHERE plan = ?",
            GatehouseDatabase::marker,
            plan)
        : List.of();
  }

  /** Keys are long and of any letters; which of them are equal a collation does not decide. */
  static String id(String database, String key) {
    return Sha256.of(database + "\0" + key);
  }
}
