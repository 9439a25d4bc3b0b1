package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Monitors.Position;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What replicas and recoveries are told, and places in it: its files are numbered, and their names
 * begin as the server has it.
 */
public final class BinaryLog {
  private static final Pattern FILE = Pattern.compile(".*\\.(\\d{1,10})");

  /** What the names of copies begin with that a drill makes and drops. */
  public static final String COPIES = "gatehouse_drill_";

  private BinaryLog() {}

  /** Whether a database of that name is the copy of a drill. */
  static boolean isCopy(String database) {
    return database.matches(COPIES + "[0-9a-f]{16}");
  }

  /**
   * Of a copy replicas see nothing: not that it is made, and so not what becomes of it. An account
   * that may not say so writes all of it there.
   */
  public static void leave(Connection session) throws SQLException {
    try {
      Queries.run(session, "SET SESSION sql_log_bin = 0");
    } catch (SQLException e) {
      if (!ErrorCodes.isDenied(e)) {
        throw e;
      }
    }
  }

  /**
   * Executes what replicas have to know whatever the session does: tables that others write.
   *
   * @param session in autocommit
   */
  static void run(Connection session, String... statements) throws SQLException {
    boolean left = Queries.one(session, "SELECT @@SESSION.sql_log_bin").equals("0");
    if (left) {
      Queries.run(session, "SET SESSION sql_log_bin = 1");
    }
    for (String statement : statements) {
      Queries.run(session, statement);
    }
    if (left) {
      leave(session);
    }
  }

  /**
   * @throws Refusal when replicas and backups would miss what the session changes
   */
  static void require(Connection session) throws SQLException {
    if (!Queries.one(session, "SELECT @@SESSION.sql_log_bin").equals("1")) {
      throw new Refusal(
          Finding.of("mysql.binary-log", "the session keeps its changes from replicas and backups")
              .withExpected("sql_log_bin = 1")
              .withFound("sql_log_bin = 0, set by init_connect or by a pool")
              .withFix("take SET sql_log_bin = 0 out of init_connect, or out of the pool"));
    }
  }

  /**
   * That offset of that file.
   *
   * @throws SQLException when it is none, such as that of a replica that has applied nothing yet
   */
  public static Position position(String file, String offset) throws SQLException {
    Matcher number = FILE.matcher(file);
    if (!number.matches() || !offset.matches("\\d{1,18}")) {
      throw new SQLException("no place in a binary log: file '" + file + "', at '" + offset + "'");
    }
    return new Position(Long.parseLong(number.group(1)), Long.parseLong(offset));
  }
}
