package dev.gatehouse.mysql.monitor;

import dev.gatehouse.core.dialect.Monitors.Answer;
import dev.gatehouse.core.dialect.Monitors.Unknown;
import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.MySqlContention;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * The sessions whose default database is the target's, or that have none, with their transactions.
 * A server tells of transactions to accounts with PROCESS only, and otherwise refuses; so whoever
 * gets this list sees all of it. A transaction is told once it has touched a table of InnoDB; when
 * it began is told in the time of the machine, whatever the session has.
 *
 * <p>A server shows the transactions it saw at an earlier look until for 100 ms nobody has looked:
 * who looks often, or beside a monitor that does, sees for ever those of long ago. A look of now
 * shows the transaction that looks, with this very statement.
 */
final class SessionList {
  private static final String ACCOUNT =
      "LEFT(USER(), CHAR_LENGTH(USER()) - 1 - CHAR_LENGTH(SUBSTRING_INDEX(USER(), '@', -1)))";

  /**
   * Refused without PROCESS. Asked by itself: where the list shows no session, some versions do not
   * get as far as the transactions, and would refuse nothing.
   */
  private static final String MAY = "SELECT COUNT(*) FROM information_schema.innodb_trx";

  private static final Duration LOOK = Duration.ofMillis(120);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Gatehouse's own sessions of this account hold a lock each that is named by their number. */
  private static final String SQL =
      "SELECT '%s' AS look, p.id = CONNECTION_ID() AS looks,"
          + " IF(p.id = CONNECTION_ID(), COALESCE(t.trx_query, ''), '') AS query,"
          + " p.id, p.user, p.command, COALESCE(p.state, '') AS state,"
          + " t.trx_id IS NOT NULL AS in_transaction, COALESCE(t.trx_state, '') AS trx_state,"
          + " COALESCE(TIMESTAMPDIFF(SECOND, CONVERT_TZ(t.trx_started, 'SYSTEM', '+00:00'),"
          + " UTC_TIMESTAMP()), p.time) AS seconds"
          + " FROM information_schema.processlist p"
          + " LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id"
          + " WHERE p.id = CONNECTION_ID() OR (p.db IS NULL OR p.db = DATABASE())"
          + " AND p.command NOT IN ('Daemon', 'Connect', 'Slave_IO', 'Slave_SQL', 'Slave_worker')"
          + " AND p.command NOT LIKE 'Binlog Dump%%'"
          + " AND p.user NOT IN ('system user', 'event_scheduler')"
          + " AND NOT (p.user = "
          + ACCOUNT
          + " AND COALESCE(IS_USED_LOCK(CONCAT('gatehouse.c.', p.id)), 0) = p.id)"
          + " ORDER BY seconds DESC, p.id";

  /**
   * One session.
   *
   * @param seconds since its transaction began; without one, since it was last asked something
   */
  record Session(
      String id,
      String user,
      boolean sleeps,
      String state,
      boolean inTransaction,
      boolean waitsForRow,
      String seconds) {

    static Session of(Row row) {
      return new Session(
          row.text("id"),
          row.text("user"),
          row.text("command").equals("Sleep"),
          row.text("state"),
          row.isTrue("in_transaction"),
          row.text("trx_state").equals("LOCK WAIT"),
          row.text("seconds"));
    }

    /** A lock on rows, or any of those that the server's list of sessions names. */
    boolean waits() {
      return waitsForRow
          || (!sleeps && (MySqlContention.isWait(state) || state.equals("User lock")));
    }
  }

  private static final Finding OLD =
      Finding.of("mysql.old-look", "the server shows its transactions of some time ago")
          .withExpected("those of now, which it shows once nobody has looked for 100 ms")
          .withFound("those of an earlier look, for " + PATIENCE.toSeconds() + " s")
          .withFix("let monitors ask information_schema.innodb_trx less often");

  /** What is made of the sessions. */
  @FunctionalInterface
  interface Told {
    Answer by(List<Session> sessions) throws SQLException;
  }

  private SessionList() {}

  /** The exact statements. */
  static List<String> preview() {
    return List.of(MAY, SQL.formatted("LOOK"));
  }

  /** The answer that the sessions give, or why there is none. */
  static Answer ask(Connection connection, String hidden, Told told) throws SQLException {
    List<Row> rows;
    try {
      Queries.one(connection, MAY);
      rows = Poll.every(LOOK).until(PATIENCE, () -> look(connection), SessionList::isOfNow);
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return Hidden.from(connection, hidden, "PROCESS ON *.*");
      }
      throw e;
    }
    if (!isOfNow(rows)) {
      return new Unknown(OLD);
    }
    return told.by(rows.stream().filter(row -> !row.isTrue("looks")).map(Session::of).toList());
  }

  private static List<Row> look(Connection connection) throws SQLException {
    String sql = SQL.formatted(UUID.randomUUID());
    return Sessions.inTransaction(connection, () -> Queries.rows(connection, sql, row -> row));
  }

  private static boolean isOfNow(List<Row> rows) {
    return rows.stream()
        .anyMatch(row -> row.isTrue("looks") && row.text("query").contains(row.text("look")));
  }
}
