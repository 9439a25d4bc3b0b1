package dev.gatehouse.mysql.session;

import java.sql.Connection;
import java.sql.SQLException;

/** Accounts as GRANT names them. */
public final class Accounts {
  private Accounts() {}

  /** The one that the server took the login for, quoted. */
  public static String current(Connection connection) throws SQLException {
    String account = Queries.one(connection, "SELECT CURRENT_USER()");
    int at = account.lastIndexOf('@');
    return "'%s'@'%s'"
        .formatted(account.substring(0, at).replace("'", "''"), account.substring(at + 1));
  }
}
