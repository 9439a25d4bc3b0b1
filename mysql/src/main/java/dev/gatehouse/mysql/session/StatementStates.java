package dev.gatehouse.mysql.session;

import dev.gatehouse.core.json.Sha256;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What statements that commit by themselves are about to change: how it is before, and how it
 * should be afterwards, written into {@code gatehouse.statement} before each is executed. A change
 * of the schema that survived the end of a server has its row beside it: the log is written in
 * order.
 */
public final class StatementStates {
  private static final String TABLE =
      "CREATE TABLE IF NOT EXISTS gatehouse.statement (id CHAR(64) CHARACTER SET ascii COLLATE"
          + " ascii_bin PRIMARY KEY, target TEXT NOT NULL, effect LONGTEXT NOT NULL, statement"
          + " LONGTEXT NOT NULL, state_before LONGTEXT NOT NULL, state_asked LONGTEXT NOT NULL, at"
          + " DATETIME(6) NOT NULL) ENGINE = InnoDB CHARACTER SET = utf8mb4";

  private StatementStates() {}

  /** Before the statement, and as it asks for. */
  public record States(String before, String asked) {}

  /**
   * Keeps them, in place of those of an earlier attempt.
   *
   * @param connection opened by the dialect, in autocommit
   * @param key of the effect
   */
  public static void keep(Connection connection, String key, String sql, States states)
      throws SQLException {
    String database = SessionConnection.of(connection).database();
    BinaryLog.run(connection, TABLE);
    Queries.update(
        connection,
        "INSERT INTO gatehouse.statement VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))"
            + " ON DUPLICATE KEY UPDATE state_before = ?, state_asked = ?, at = UTC_TIMESTAMP(6)",
        id(database, key, sql),
        database,
        key,
        sql,
        states.before(),
        states.asked(),
        states.before(),
        states.asked());
  }

  /** Those that were kept; empty when the statement was not about to be executed. */
  public static Optional<States> kept(Connection connection, String key, String sql)
      throws SQLException {
    if (!Queries.exists(
        connection,
        "SELECT 1 FROM information_schema.tables WHERE table_schema = 'gatehouse'"
            + " AND table_name = 'statement'")) {
      return Optional.empty();
    }
    String database = SessionConnection.of(connection).database();
    return Queries.first(
        connection,
        "SELECT state_before, state_asked FROM gatehouse.statement WHERE id = ?",
        row -> new States(row.text("state_before"), row.text("state_asked")),
        id(database, key, sql));
  }

  private static String id(String database, String key, String sql) {
    return Sha256.of(database + "\0" + key + "\0" + sql);
  }
}
