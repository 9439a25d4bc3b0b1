package dev.gatehouse.mysql.password;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.PasswordMethod.Account;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Sessions by the name of their user, which is all that the list of sessions tells: where there are
 * several accounts of one user, whose a session is cannot be known. The list compares names without
 * regard to case, accounts do not.
 */
final class AccountSessions implements PasswordMethod.OpenSessions {
  static final AccountSessions INSTANCE = new AccountSessions();

  private static final String IDS =
      "SELECT ID FROM information_schema.PROCESSLIST WHERE CAST(USER AS BINARY) ="
          + " CAST(? AS BINARY) AND ID <> CONNECTION_ID() ORDER BY ID";

  private static final int NO_SUCH_THREAD = 1094;

  private AccountSessions() {}

  @Override
  public String open(Connection reading, Account account) throws SQLException {
    Optional<String> others = others(reading, account);
    if (others.isPresent()) {
      return "UNKNOWN: those of " + others.get() + " look the same";
    }
    return OwnRights.of(reading).hold("PROCESS ON *.*")
        ? "" + ids(reading, account).size()
        : "UNKNOWN: GRANT PROCESS ON *.* TO " + Accounts.current(reading);
  }

  private static Optional<String> others(Connection reading, Account account) throws SQLException {
    return AccountRow.of(reading, account.login()).stream()
        .map(AccountRow::name)
        .filter(name -> !name.equals(account.name()))
        .reduce((one, other) -> one + ", " + other);
  }

  @Override
  public List<String> ids(Connection reading, Account account) throws SQLException {
    return Queries.column(reading, IDS, account.login());
  }

  @Override
  public void requireEnding(Connection reading, Account account) throws SQLException {
    Optional<String> others = others(reading, account);
    if (others.isPresent()) {
      throw refused(
          "sessions of '" + account.name() + "' look like those of others",
          others.get(),
          "leave out endingSessions(), or drop the other accounts of that user");
    }
    OwnRights rights = OwnRights.of(reading);
    String admin = Form.of(reading).connectionAdmin();
    boolean ends = rights.hold(admin + " ON *.*") || rights.hold("SUPER ON *.*");
    if (!ends || !rights.hold("PROCESS ON *.*")) {
      throw refused(
          "this account may not end the sessions of '" + account.name() + "'",
          "no PROCESS, or neither " + admin + " nor SUPER",
          "GRANT PROCESS, " + admin + " ON *.* TO " + Accounts.current(reading));
    }
  }

  private static Refusal refused(String headline, String found, String fix) {
    return new Refusal(Finding.of("password.sessions", headline).withFound(found).withFix(fix));
  }

  @Override
  public List<String> preview(Account account) {
    return List.of("KILL of each session of user '" + account.login() + "'");
  }

  @Override
  public void kill(Connection connection, Account account, List<String> ids) throws SQLException {
    for (String id : ids) {
      try {
        Queries.run(connection, "KILL " + id);
      } catch (SQLException e) {
        if (ErrorCodes.of(e) != NO_SUCH_THREAD) {
          throw e;
        }
      }
    }
  }
}
