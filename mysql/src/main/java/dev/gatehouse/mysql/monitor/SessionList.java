package dev.gatehouse.mysql.monitor;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.MySqlContention;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The sessions whose default database is the target's, or that have none, with their transactions.
 * A server tells of transactions to accounts with PROCESS only, and otherwise refuses; so whoever
 * gets this list sees all of it. A transaction is told once it has touched a table of InnoDB; when
 * it began is told in the time of the machine, whatever the session has.
 */
final class SessionList {
  private static final String ACCOUNT =
      "LEFT(USER(), CHAR_LENGTH(USER()) - 1 - CHAR_LENGTH(SUBSTRING_INDEX(USER(), '@', -1)))";

  /**
   * Refused without PROCESS. Asked by itself: where the list shows no session, some versions do not
   * get as far as the transactions, and would refuse nothing.
   */
  private static final String MAY = "SELECT COUNT(*) FROM information_schema.innodb_trx";

  /** Gatehouse's own sessions of this account hold a lock each that is named by their number. */
  private static final String SQL =
      "SELECT p.id, p.user, p.command, COALESCE(p.state, '') AS state,"
          + " t.trx_id IS NOT NULL AS in_transaction, COALESCE(t.trx_state, '') AS trx_state,"
          + " COALESCE(TIMESTAMPDIFF(SECOND, CONVERT_TZ(t.trx_started, 'SYSTEM', '+00:00'),"
          + " UTC_TIMESTAMP()), p.time) AS seconds"
          + " FROM information_schema.processlist p"
          + " LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id"
          + " WHERE p.id <> CONNECTION_ID() AND (p.db IS NULL OR p.db = DATABASE())"
          + " AND p.command NOT IN ('Daemon', 'Connect', 'Slave_IO', 'Slave_SQL', 'Slave_worker')"
          + " AND p.command NOT LIKE 'Binlog Dump%'"
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

  private SessionList() {}

  /** The exact statements. */
  static List<String> preview() {
    return List.of(MAY, SQL);
  }

  static List<Session> of(Connection connection) throws SQLException {
    Queries.one(connection, MAY);
    return Queries.rows(connection, SQL, Session::of);
  }
}
