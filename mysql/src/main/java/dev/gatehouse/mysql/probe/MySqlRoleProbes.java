package dev.gatehouse.mysql.probe;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.RoleProbes;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * PREPARE in a login of the account: the servers check privileges there with the number of the
 * error that an execution would meet, and execute nothing. Nobody can become somebody else, so its
 * secret is needed.
 *
 * <p>What is there is asked as the account of the target, which must see it: of a name that is not
 * there the servers say that it is denied.
 */
public final class MySqlRoleProbes implements RoleProbes {
  public static final MySqlRoleProbes INSTANCE = new MySqlRoleProbes();

  private static final int ACCESS_DENIED = 1045;

  private MySqlRoleProbes() {}

  /** Yes as well where the target's account may not ask: then the login tells. */
  @Override
  public boolean roleExists(Connection connection, String role) throws SQLException {
    int at = role.lastIndexOf('@');
    String user = at < 0 ? role : role.substring(0, at);
    String host = at < 0 ? "%" : role.substring(at + 1).replaceAll("([\\\\%_])", "\\\\$1");
    try {
      return Queries.exists(
          connection, "SELECT 1 FROM mysql.user WHERE user = ? AND host LIKE ?", user, host);
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return true;
      }
      throw e;
    }
  }

  @Override
  public List<String> relations(Connection connection, String pattern, Command command)
      throws SQLException {
    return Relation.like(connection, pattern).stream()
        .filter(relation -> relation.takes(command))
        .map(Relation::words)
        .toList();
  }

  @Override
  public RoleSession actAs(Target target, Connection connection, Actor actor) throws SQLException {
    String account = actor.name();
    if (actor.secret().isEmpty()) {
      throw new Refusal(
          Finding.of("probe.no-secret", "nobody can become another account here")
              .withExpected("the secret by which " + account + " logs in")
              .withFound("none")
              .withFix("say actingAs(\"" + account + "\").loggingInWith(secret)"));
    }
    return Opened.orClose(
        login(target, actor),
        session -> {
          requireIdentity(session, account);
          return new LoginSession(target, connection, session);
        });
  }

  private static Connection login(Target target, Actor actor) throws SQLException {
    try {
      return Sessions.login(target, actor.name(), actor.secret().orElseThrow());
    } catch (SQLException e) {
      int code = ErrorCodes.of(e);
      throw new Refusal(
          Finding.of("probe.login", "the login as " + actor.name() + " failed, which is no denial")
              .withExpected("a login with that secret")
              .withFound(
                  code == ACCESS_DENIED
                      ? "error 1045: the secret or the account is another, or its host"
                      : "error " + code + ": " + e.getMessage())
              .withFix("correct the secret of loggingInWith(...), or the account"));
    }
  }

  /** A narrower host row or an anonymous account takes a login away, and has grants of its own. */
  private static void requireIdentity(Connection session, String account) throws SQLException {
    String is = Queries.one(session, "SELECT CURRENT_USER()");
    boolean same =
        account.contains("@")
            ? is.equalsIgnoreCase(account)
            : is.substring(0, is.lastIndexOf('@')).equals(account);
    if (!same) {
      throw new Refusal(
          Finding.of("probe.identity", "the login as " + account + " was taken for another account")
              .withExpected(account)
              .withFound(is)
              .withFix(
                  "say actingAs(\"" + is + "\"), or log in from where " + account + " is met"));
    }
  }
}
