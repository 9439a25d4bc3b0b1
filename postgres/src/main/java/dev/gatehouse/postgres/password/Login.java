package dev.gatehouse.postgres.password;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;

/** A role by which somebody logs in, or may one day. */
record Login(String name, boolean mayLogIn, boolean over, boolean own) {

  /**
   * It as it is now.
   *
   * @throws Refusal when there is none
   */
  static Login of(Connection reading, String name) throws SQLException {
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
    return new Login(name, role.isTrue("login"), role.isTrue("over"), role.isTrue("own"));
  }

  void requireLogin() {
    if (!mayLogIn) {
      throw refused(
          "password.no-login",
          "'" + name + "' may not log in",
          "a role with LOGIN",
          "ALTER ROLE " + SqlNames.quoted(name) + " LOGIN");
    }
  }

  void requireValid() {
    if (over) {
      throw refused(
          "password.expired",
          "the password of '" + name + "' is not valid any more (VALID UNTIL)",
          "a role that logs in by its password",
          "ALTER ROLE " + SqlNames.quoted(name) + " VALID UNTIL 'infinity'");
    }
  }

  static Refusal refused(String code, String headline, String expected, String fix) {
    return new Refusal(Finding.of(code, headline).withExpected(expected).withFix(fix));
  }
}
