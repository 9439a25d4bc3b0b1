package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Whether a pool and the login beside it are of one account in one database: what was looked at by
 * one would be backed up, restored or drilled by the other.
 */
final class LoginBesidePool {
  private LoginBesidePool() {}

  /**
   * @param pooled a session of the target's pool
   * @throws Refusal when the target's login leads elsewhere, or is of another account
   */
  static void requireSame(Target target, Connection pooled, Fingerprint live) throws SQLException {
    if (target.login().isEmpty()) {
      return;
    }
    Target login = target.login().get();
    try (Connection connection = target.dialect().openReading(login)) {
      Fingerprint there = target.dialect().identify(connection);
      if (!there.sameDatabase(live)) {
        throw refused(
            target, "database", live.identity(), there.identity(), "the address of the pool");
      }
      String account = String.valueOf(pooled.getMetaData().getUserName());
      String other = String.valueOf(connection.getMetaData().getUserName());
      if (!other.equals(account)) {
        throw refused(target, "account", account, other, "the account and address of the pool");
      }
      if (!there.session().equals(live.session())) {
        throw refused(
            target,
            "role or search path",
            live.session().replace('\n', ' '),
            there.session().replace('\n', ' '),
            "what the pool sets for its sessions, or take it out of the pool: ALTER ROLE ... SET");
      }
    } catch (SQLException e) {
      throw Planner.unreachable(
          login, e, login.coordinates().orElseThrow(() -> new Bug("no login")).scrubber());
    }
  }

  private static Refusal refused(
      Target target, String what, String pool, String login, String fix) {
    return new Refusal(
        Finding.of(
                "target.login",
                "the login of target '" + target + "' is of another " + what + " than its pool")
            .withExpected(pool)
            .withFound(login)
            .withFix("give withLogin(...) " + fix));
  }
}
