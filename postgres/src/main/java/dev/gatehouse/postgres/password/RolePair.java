package dev.gatehouse.postgres.password;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two roles of which one may log in: the other gets the new password, and clients go over to it.
 *
 * @param next the one that may not log in before
 */
record RolePair(String next) implements PasswordMethod {

  @Override
  public boolean overlaps() {
    return true;
  }

  @Override
  public Account account(Connection reading, String name) throws SQLException {
    Login old = Login.of(reading, name);
    Login other = Login.of(reading, next);
    if (!old.mayLogIn() && !other.mayLogIn()) {
      old.requireLogin();
    }
    other.requireValid();
    return new Account(name, name, old.mayLogIn() && other.mayLogIn(), old.own() || other.own());
  }

  @Override
  public Optional<PasswordMethod> handingOverTo(String other) {
    return Optional.empty();
  }

  @Override
  public void requireReady(Connection reading, Account account) throws SQLException {
    if (Login.of(reading, next).mayLogIn()) {
      boolean turned = !Login.of(reading, account.name()).mayLogIn();
      throw Login.refused(
          "password.twin-in-use",
          "'" + next + "' may log in already",
          "a role that nobody uses, with NOLOGIN",
          turned
              ? "it is the one in use: rotatePassword(\"%s\").handingOverTo(\"%s\")"
                  .formatted(next, account.name())
              : "find out who uses it, then ALTER ROLE " + quoted(next) + " NOLOGIN PASSWORD NULL");
    }
    Twins.requireEqual(reading, account.name(), next);
  }

  private static String quoted(String role) {
    return SqlNames.quoted(role);
  }

  @Override
  public List<String> doors(Connection reading, Account account) throws SQLException {
    List<String> doors = new ArrayList<>();
    doors.add(
        "what names '%s' (policies and texts that ask current_user, lines of pg_hba.conf) is not"
                .formatted(account.name())
            + " followed to '"
            + next
            + "'");
    doors.addAll(Doors.of(reading, account.name()));
    return doors;
  }

  @Override
  public Statements statements(Connection reading, Account account) {
    return new Statements(
        List.of(opened("SCRAM-SHA-256$...")),
        List.of(closed(account.name())),
        List.of(closed(next)));
  }

  private String opened(String verifier) {
    return "ALTER ROLE %s LOGIN PASSWORD '%s'".formatted(quoted(next), verifier);
  }

  /** Without its password it is refused as a wrong one, and not for NOLOGIN, which tells more. */
  private static String closed(String role) {
    return "ALTER ROLE " + quoted(role) + " NOLOGIN PASSWORD NULL";
  }

  /** As either of them: a password that opens one is valid. */
  @Override
  public Answer login(Target target, Account account, Secret secret) {
    Answer old = PostgresPasswords.login(target, account.name(), secret);
    if (old.verdict() == Verdict.ACCEPTED) {
      return old;
    }
    Answer other = PostgresPasswords.login(target, next, secret);
    return other.verdict() == Verdict.REFUSED ? old : other;
  }

  @Override
  public void add(Connection connection, Account account, Secret fresh, Secret old)
      throws SQLException {
    PostgresPasswords.alter(connection, opened(ScramVerifier.of(fresh)));
  }

  @Override
  public void retire(Connection connection, Account account, Secret fresh) throws SQLException {
    PostgresPasswords.alter(connection, closed(account.name()));
  }

  @Override
  public void revert(Connection connection, Account account, Secret old) throws SQLException {
    PostgresPasswords.alter(connection, closed(next));
  }

  /** Of the old one alone. */
  @Override
  public OpenSessions sessions() {
    return RoleSessions.INSTANCE;
  }
}
