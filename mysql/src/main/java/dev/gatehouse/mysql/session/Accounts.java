package dev.gatehouse.mysql.session;

import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;

/** Accounts as GRANT names them. */
public final class Accounts {
  private Accounts() {}

  /** The one that the server took the login for, quoted. */
  public static String current(Connection connection) throws SQLException {
    String account = Queries.one(connection, "SELECT CURRENT_USER()");
    int at = account.lastIndexOf('@');
    return quoted(account.substring(0, at)) + "@" + quoted(account.substring(at + 1));
  }

  /** What a backslash means in quotes is a matter of sql_mode, in backquotes it is none. */
  public static String quoted(String text) {
    return text.contains("\\") ? SqlNames.quotedAsIs(text) : "'" + text.replace("'", "''") + "'";
  }
}
