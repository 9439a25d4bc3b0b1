package dev.gatehouse.mysql.password;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Two passwords of an account for a while: retained by MySQL, as an alternative on MariaDB.
 *
 * <p>Reading needs SELECT on the server's own tables of accounts, changing CREATE USER.
 */
public final class MySqlPasswords implements PasswordMethod {
  public static final MySqlPasswords INSTANCE = new MySqlPasswords();

  private static final int ACCESS_DENIED = 1045;
  private static final int FAILURES = 5;

  private MySqlPasswords() {}

  @Override
  public boolean overlaps() {
    return true;
  }

  @Override
  public Account account(Connection reading, String name) throws SQLException {
    int at = name.lastIndexOf('@');
    String user = at < 0 ? name : name.substring(0, at);
    List<AccountRow> all = AccountRow.of(reading, user);
    List<AccountRow> meant =
        all.stream().filter(row -> at < 0 || row.host().equals(name.substring(at + 1))).toList();
    if (meant.isEmpty()) {
      throw refused(
          "password.no-account",
          "there is no account '" + name + "'",
          all.isEmpty() ? "no account of that user" : printed(all),
          "correct rotatePassword(\"" + name + "\")");
    }
    if (meant.size() > 1) {
      throw refused(
          "password.several-accounts",
          "'" + name + "' is several accounts, each with a password of its own",
          printed(all),
          "rotate each: rotatePassword(\"" + meant.get(0).name() + "\"), ...");
    }
    AccountRow row = meant.get(0);
    if (row.locked()) {
      throw refused(
          "password.no-login",
          "'" + row.name() + "' is locked",
          "account_locked",
          "ALTER USER " + row.quoted() + " ACCOUNT UNLOCK");
    }
    if (!row.form().plugin().equals(row.plugin())) {
      throw refused(
          "password.plugin",
          "'" + row.name() + "' does not log in by a password that can be changed here",
          row.plugin() + " instead of " + row.form().plugin(),
          "give it that plugin once by hand: ALTER USER " + row.quoted() + " IDENTIFIED ...");
    }
    boolean own = Queries.one(reading, "SELECT CURRENT_USER()").equals(row.name());
    return new Account(row.name(), user, row.two(), own);
  }

  private static String printed(List<AccountRow> rows) {
    return String.join(", ", rows.stream().map(AccountRow::name).toList());
  }

  private static Refusal refused(String code, String headline, String found, String fix) {
    return new Refusal(Finding.of(code, headline).withFound(found).withFix(fix));
  }

  @Override
  public Optional<PasswordMethod> handingOverTo(String next) {
    return Optional.empty();
  }

  /** A rotation tries wrong passwords, never this many of them without a right one between. */
  @Override
  public void requireReady(Connection reading, Account account) throws SQLException {
    OptionalLong limit = row(reading, account).form().failuresBeforeLock(reading, account);
    if (limit.isPresent() && limit.getAsLong() < FAILURES) {
      throw refused(
          "password.lock-out",
          "'" + account.name() + "' is locked after " + limit.getAsLong() + " wrong passwords",
          "the proof that wrong and old ones are refused tries some",
          "raise FAILED_LOGIN_ATTEMPTS of the account (MariaDB: max_password_errors) to "
              + FAILURES);
    }
  }

  @Override
  public List<String> doors(Connection reading, Account account) throws SQLException {
    return Doors.of(reading, account);
  }

  @Override
  public OpenSessions sessions() {
    return AccountSessions.INSTANCE;
  }

  @Override
  public Statements statements(Connection reading, Account account) throws SQLException {
    AccountRow row = row(reading, account);
    return new Statements(
        row.form().add(row.quoted(), "...", "..."),
        row.form().retire(row.quoted(), "..."),
        row.form().revert(row.quoted(), "..."));
  }

  @Override
  public Answer login(Target target, Account account, Secret secret) {
    try (Connection fresh = Sessions.login(target, account.name(), secret)) {
      String is = Queries.one(fresh, "SELECT CURRENT_USER()");
      return is.equals(account.name())
          ? new Answer(Verdict.ACCEPTED, "logged in as " + is)
          : new Answer(Verdict.UNCLEAR, "the login became " + is);
    } catch (SQLException e) {
      int code = ErrorCodes.of(e);
      return new Answer(code == ACCESS_DENIED ? Verdict.REFUSED : Verdict.UNCLEAR, "error " + code);
    }
  }

  @Override
  public void add(Connection connection, Account account, Secret fresh, Secret old)
      throws SQLException {
    AccountRow row = row(connection, account);
    Form form = row.form();
    execute(connection, form.add(row.quoted(), form.verifier(fresh), form.verifier(old)));
  }

  @Override
  public void retire(Connection connection, Account account, Secret fresh) throws SQLException {
    AccountRow row = row(connection, account);
    execute(connection, row.form().retire(row.quoted(), row.form().verifier(fresh)));
  }

  @Override
  public void revert(Connection connection, Account account, Secret old) throws SQLException {
    AccountRow row = row(connection, account);
    execute(connection, row.form().revert(row.quoted(), row.form().verifier(old)));
  }

  private static AccountRow row(Connection connection, Account account) throws SQLException {
    return AccountRow.of(connection, account.login()).stream()
        .filter(row -> row.name().equals(account.name()))
        .findFirst()
        .orElseThrow(() -> new SQLException("the account " + account.name() + " is gone"));
  }

  private static void execute(Connection connection, List<String> statements) throws SQLException {
    for (String statement : statements) {
      try {
        Queries.run(connection, statement);
      } catch (SQLException e) {
        throw new SQLException(
            "the server did not take ALTER USER; its words may quote the verifier and are left out",
            e.getSQLState(),
            ErrorCodes.of(e));
      }
    }
  }
}
