package dev.gatehouse.mysql.monitor;

import dev.gatehouse.core.dialect.Monitors.Unknown;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.mysql.session.Accounts;
import java.sql.Connection;
import java.sql.SQLException;

/** What a server does not tell an account. */
final class Hidden {
  private Hidden() {}

  /** No answer, for want of that right. */
  static Unknown from(Connection connection, String what, String right) throws SQLException {
    String account = Accounts.current(connection);
    return new Unknown(
        Finding.of("mysql.hidden", what)
            .withExpected("an account with " + right)
            .withFound(account + " has it not")
            .withFix("GRANT " + right + " TO " + account));
  }
}
