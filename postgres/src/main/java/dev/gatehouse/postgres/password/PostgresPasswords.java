package dev.gatehouse.postgres.password;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

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
    Login role = Login.of(reading, name);
    role.requireLogin();
    role.requireValid();
    return new Account(name, name, false, role.own());
  }

  @Override
  public Optional<PasswordMethod> handingOverTo(String next) {
    return Optional.of(new RolePair(next));
  }

  /** The server counts no wrong passwords. */
  @Override
  public void requireReady(Connection reading, Account account) {}

  @Override
  public List<String> doors(Connection reading, Account account) throws SQLException {
    return Doors.of(reading, account.name());
  }

  @Override
  public OpenSessions sessions() {
    return RoleSessions.INSTANCE;
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
    return login(target, account.login(), secret);
  }

  static Answer login(Target target, String role, Secret secret) {
    try (Connection fresh = Sessions.login(target.as(role, secret))) {
      String is = Queries.pinned(fresh, "SELECT session_user");
      return is.equals(role)
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
    alter(connection, statement(account, ScramVerifier.of(secret)));
  }

  static void alter(Connection connection, String statement) throws SQLException {
    try {
      Queries.run(connection, statement);
    } catch (SQLException e) {
      throw new SQLException(
          "the server did not take ALTER ROLE; its words may quote the verifier and are left out",
          e.getSQLState(),
          e.getErrorCode());
    }
  }
}
