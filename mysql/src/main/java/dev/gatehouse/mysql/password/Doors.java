package dev.gatehouse.mysql.password;

import dev.gatehouse.core.dialect.PasswordMethod.Account;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Ways in that a new password of an account does not close. */
final class Doors {

  /** Of the account itself, of its user at any host, and of everybody (''). */
  private static final String PROXIES =
      "SELECT CONCAT(User, '@', Host, IF(Proxied_user = '', ' may become any account', ' may become"
          + " it'), ' by PROXY, with a password of its own') FROM mysql.proxies_priv WHERE"
          + " Proxied_user = '' OR (Proxied_user = ? AND (Proxied_host IN ('', '%') OR CONCAT(?, '@',"
          + " Proxied_host) = ?)) ORDER BY 1";

  private Doors() {}

  static List<String> of(Connection reading, Account account) throws SQLException {
    List<String> doors = new ArrayList<>();
    for (AccountRow row : AccountRow.of(reading, account.login())) {
      if (!row.name().equals(account.name())) {
        doors.add(row.name() + " keeps its own password");
      }
    }
    for (AccountRow row : AccountRow.of(reading, "")) {
      doors.add(row.name() + " is anonymous, and anybody may become it");
    }
    doors.addAll(proxies(reading, account));
    doors.add("what proxies and poolers keep of it themselves, such as mysql_users of ProxySQL");
    return doors;
  }

  private static List<String> proxies(Connection reading, Account account) throws SQLException {
    try {
      return Queries.column(reading, PROXIES, account.login(), account.login(), account.name());
    } catch (SQLException e) {
      if (!ErrorCodes.isDenied(e)) {
        throw e;
      }
      return List.of("UNKNOWN who may become it by PROXY: GRANT SELECT ON mysql.proxies_priv");
    }
  }
}
