package dev.gatehouse.postgres.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an error tells about the statement that met it. */
public final class SqlStates {
  public static final String DISK_FULL = "53100";

  /** Also when the table of locks is full. */
  public static final String OUT_OF_MEMORY = "53200";

  static final String READ_ONLY = "25006";
  public static final String LOCK_NOT_AVAILABLE = "55P03";
  public static final String DEADLOCK = "40P01";
  public static final String INSUFFICIENT_PRIVILEGE = "42501";
  public static final String OBJECT_NOT_IN_PREREQUISITE_STATE = "55000";

  /**
   * Classes that only a server that lives and talks to us raises, for a statement it has given up
   * and rolled back. Left out on purpose: 08, 57P0x and 40003 (the end was not seen), 58 and XX
   * (the server itself is not sure of anything).
   */
  private static final Set<String> NOTHING_HAPPENED =
      Set.of(
          "0A", "0B", "0L", "0P", "20", "21", "22", "23", "24", "25", "26", "27", "28", "2B", "2D",
          "2F", "34", "38", "39", "3B", "3D", "3F", "40", "42", "44", "53", "54", "55", "F0", "HV",
          "P0");

  private static final Set<String> IN_DOUBT = Set.of("40003");
  static final String CANCELLED = "57014";
  private static final int ALIVE_SECONDS = 5;

  private SqlStates() {}

  public static boolean inDoubt(SQLException error) {
    String state = of(error);
    if (state.equals(CANCELLED)) {
      return false;
    }
    return state.length() != 5
        || IN_DOUBT.contains(state)
        || !NOTHING_HAPPENED.contains(state.substring(0, 2));
  }

  /**
   * A code is only a word: any function may raise 08006. What the server's own code raised as an
   * error, and not as the end of the session, was rolled back when the session lives on.
   */
  public static boolean inDoubt(Connection session, SQLException error) {
    return inDoubt(error) && !(Driver.isFromServer(error) && lives(session));
  }

  private static boolean lives(Connection session) {
    try {
      return !session.isClosed() && session.isValid(ALIVE_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  /** The first state in the chain of causes; empty when none tells any. */
  public static String of(SQLException error) {
    for (@Nullable Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof SQLException told && told.getSQLState() != null) {
        return told.getSQLState();
      }
    }
    return "";
  }

  public static boolean is(SQLException error, String... states) {
    return List.of(states).contains(of(error));
  }
}
