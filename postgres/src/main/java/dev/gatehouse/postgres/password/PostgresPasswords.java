package dev.gatehouse.postgres.password;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** A role has one password: the new one takes the place of the old one at once. */
public final class PostgresPasswords implements PasswordMethod {
  public static final PostgresPasswords INSTANCE = new PostgresPasswords();

  private static final String WRONG_PASSWORD = "28P01";

  private PostgresPasswords() {}

  @Override
  public boolean overlaps() {
    return false;
  }

  @Override
  public Account account(Connection reading, String name) throws SQLException {
    Row role =
        Queries.first(
                reading,
                "SELECT rolcanlogin AS login, rolname = session_user OR rolname = current_user AS"
                    + " own, coalesce(rolvaliduntil <= now(), false) AS over FROM pg_roles WHERE"
                    + " rolname = ?",
                Function.identity(),
                name)
            .orElseThrow(
                () ->
                    refused(
                        "password.no-account",
                        "there is no role '" + name + "'",
                        "a role, named without a host",
                        "correct rotatePassword(\"" + name + "\")"));
    if (role.isTrue("own")) {
      throw refused(
          "password.own-account",
          "'" + name + "' is the role that the run logs in as",
          "another one: new sessions of the run would not log in any more",
          "give the target another account that may ALTER ROLE " + SqlNames.quoted(name));
    }
    if (!role.isTrue("login")) {
      throw refused(
          "password.no-login",
          "'" + name + "' may not log in",
          "a role with LOGIN",
          "ALTER ROLE " + SqlNames.quoted(name) + " LOGIN");
    }
    if (role.isTrue("over")) {
      throw refused(
          "password.expired",
          "the password of '" + name + "' is not valid any more (VALID UNTIL)",
          "a role that logs in by its password",
          "ALTER ROLE " + SqlNames.quoted(name) + " VALID UNTIL 'infinity'");
    }
    return new Account(name, name, false);
  }

  private static Refusal refused(String code, String headline, String expected, String fix) {
    return new Refusal(Finding.of(code, headline).withExpected(expected).withFix(fix));
  }

  @Override
  public List<String> doors(Connection reading, Account account) {
    return List.of("whatever else pg_hba.conf lets '" + account.name() + "' in by");
  }

  @Override
  public Statements statements(Connection reading, Account account) {
    return new Statements(
        List.of(statement(account, "SCRAM-SHA-256$...")),
        List.of(),
        List.of(statement(account, "SCRAM-SHA-256$...")));
  }

  private static String statement(Account account, String verifier) {
    return "ALTER ROLE %s PASSWORD '%s'".formatted(SqlNames.quoted(account.name()), verifier);
  }

  @Override
  public Answer login(Target target, Account account, Secret secret) {
    try (Connection fresh = Sessions.login(target.as(account.login(), secret))) {
      String is = Queries.pinned(fresh, "SELECT session_user");
      return is.equals(account.name())
          ? new Answer(Verdict.ACCEPTED, "logged in as " + is)
          : new Answer(Verdict.UNCLEAR, "the login became " + is);
    } catch (SQLException e) {
      String state = SqlStates.of(e);
      return new Answer(
          state.equals(WRONG_PASSWORD) ? Verdict.REFUSED : Verdict.UNCLEAR, "SQLSTATE " + state);
    }
  }

  @Override
  public void add(Connection connection, Account account, Secret fresh, Secret old)
      throws SQLException {
    set(connection, account, fresh);
  }

  @Override
  public void retire(Connection connection, Account account, Secret fresh) throws SQLException {
    set(connection, account, fresh);
  }

  @Override
  public void revert(Connection connection, Account account, Secret old) throws SQLException {
    set(connection, account, old);
  }

  private static void set(Connection connection, Account account, Secret secret)
      throws SQLException {
    try {
      Queries.run(connection, statement(account, ScramVerifier.of(secret)));
    } catch (SQLException e) {
      throw new SQLException(
          "the server did not take ALTER ROLE; its words may quote the verifier and are left out",
          e.getSQLState(),
          e.getErrorCode());
    }
  }
}
