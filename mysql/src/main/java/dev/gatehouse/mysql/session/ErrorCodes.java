package dev.gatehouse.mysql.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an error tells about the statement that met it (MySQL Server Error Reference). */
public final class ErrorCodes {
  static final int SAVEPOINT_GONE = 1305;
  static final int LOCK_WAIT = 1205;
  static final int DEADLOCK = 1213;

  /** NOWAIT, of MySQL. */
  static final int NO_WAIT = 3572;

  /** innodb_snapshot_isolation, of MariaDB. */
  static final int RECORD_CHANGED = 1020;

  /** KILL QUERY. */
  static final int INTERRUPTED = 1317;

  /** max_statement_time, of MariaDB. */
  static final int STATEMENT_TIME = 1969;

  /** max_execution_time, of MySQL. */
  static final int EXECUTION_TIME = 3024;

  static final int UNKNOWN_THREAD = 1094;
  static final int OTHER_ACCOUNT = 1095;
  private static final Set<Integer> DENIED = Set.of(1044, 1142, 1143, 1227, 1370);

  /** No table, routine, event, trigger or sequence of that name; another ALTER is at its end. */
  private static final Set<Integer> GONE = Set.of(1051, 1146, 1305, 1360, 1539, 1684, 4091);

  private static final int ALIVE_SECONDS = 5;

  /** After these, and after no other, the statement is known to have changed nothing. */
  private static final Set<Integer> NOTHING_HAPPENED =
      Set.of(
          1044, 1045, 1046, 1048, 1049, 1050, 1051, 1052, 1054, 1060, 1061, 1062, 1064, 1065, 1066,
          1091, 1094, 1095, 1109, 1110, 1136, 1138, 1142, 1143, 1146, 1149, 1193, 1205, 1213, 1216,
          1217, 1227, 1231, 1235, 1264, 1265, 1288, 1292, 1305, 1318, 1362, 1364, 1365, 1366, 1370,
          1395, 1406, 1411, 1417, 1418, 1422, 1436, 1442, 1451, 1452, 1453, 1568, 1644, 1690, 1792,
          1972, 3140, 3572, 3636, 3819, 4025);

  /** Told by a server that is not sure itself, or is about to go. */
  private static final Set<Integer> SERVER_UNSURE =
      Set.of(
          1026, 1053, 1077, 1078, 1079, 1080, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160,
          1161, 1180, 1181, 1184, 1399, 1400, 1401, 1402, 1598, 1613, 1614, 1927, 3100, 3101);

  private ErrorCodes() {}

  /** Of the first in the chain of causes that has one; 0 when none has, as errors of a driver. */
  public static int of(SQLException error) {
    for (@Nullable Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof SQLException told && told.getErrorCode() != 0) {
        return told.getErrorCode();
      }
    }
    return 0;
  }

  /** Whether what a statement named is not there, or not any more. */
  public static boolean isGone(SQLException error) {
    return GONE.contains(of(error));
  }

  /** Whether what a statement named is there and of another kind, as a table and no view. */
  public static boolean isOfAnotherKind(SQLException error) {
    return is(error, 1347, 4089);
  }

  /** As the server says it of a table that it does not list. */
  public static SQLException gone(String table) {
    return new SQLException("table " + table + " is not listed now", "42S02", 1146);
  }

  /** What was set belongs to the server, or cannot be set at all. */
  public static boolean isNoSetting(SQLException error) {
    return is(error, 1193, 1228, 1229, 1238);
  }

  /** The disk of the server is full, or what it may take of it: also as the engine tells it. */
  public static boolean isFull(SQLException error) {
    String said = String.valueOf(error.getMessage());
    return is(error, 1021, 1114)
        || said.contains("No space left on device")
        || said.contains("Errcode: 28")
        || (is(error, 1030) && said.contains("error 28 "));
  }

  /** The account lacks a right. */
  public static boolean isDenied(SQLException error) {
    return DENIED.contains(of(error));
  }

  static boolean is(SQLException error, Integer... codes) {
    return List.of(codes).contains(of(error));
  }

  static boolean inDoubt(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    return state.startsWith("08") || state.equals("40003") || !NOTHING_HAPPENED.contains(of(error));
  }

  /**
   * A statement that the server gave up, and told so over a connection that lives, has ended. What
   * the server says of its own end, or of a commit, is not that.
   */
  static boolean inDoubt(Connection session, SQLException error) {
    int code = of(error);
    boolean fromServer = code >= 1_000 && (code < 2_000 || code >= 3_000);
    return inDoubt(error) && !(fromServer && !SERVER_UNSURE.contains(code) && lives(session));
  }

  private static boolean lives(Connection session) {
    try {
      return !session.isClosed() && session.isValid(ALIVE_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }
}
