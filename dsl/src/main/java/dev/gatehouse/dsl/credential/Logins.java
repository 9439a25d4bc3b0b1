package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.PasswordMethod.Account;
import dev.gatehouse.core.dialect.PasswordMethod.Answer;
import dev.gatehouse.core.dialect.PasswordMethod.Verdict;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.SQLException;

/**
 * What logins of an account prove.
 *
 * @param length of the wrong password that is tried on purpose
 */
record Logins(PasswordMethod method, Account account, int length) {

  Answer login(CheckContext reading, Secret secret) {
    return method.login(reading.target(), account, secret);
  }

  void requireOne(CheckContext reading) throws SQLException {
    if (two(reading)) {
      throw new StepFailed(
          Finding.of("rotation.third", "a second password of " + account.name() + " is valid")
              .withExpected("one, so that there are never more than two")
              .withFound(
                  "MySQL: a retained one; MariaDB: an alternative (OR); two roles: both may log in")
              .withFix("find out who still uses it, and take it away, then rotate"));
    }
  }

  /** What a wrong password is told; else that the right one logs in proves nothing. */
  void control(CheckContext reading) {
    try (Secret wrong = Passwords.random("wrong password", length)) {
      require(reading, wrong, Verdict.REFUSED, "a random wrong password is not refused as such");
    }
  }

  void require(CheckContext reading, Secret secret, Verdict expected, String otherwise) {
    Answer answer = login(reading, secret);
    if (answer.verdict() != expected) {
      String code = answer.verdict() == Verdict.UNCLEAR ? "rotation.unclear" : "rotation.login";
      throw new StepFailed(
          Finding.of(code, account.name() + ": " + otherwise)
              .withExpected(expected.toString())
              .withFound(answer.verdict() + ": " + answer.because())
              .withFix("find out by a login of your own, then run it again"));
    }
  }

  boolean two(CheckContext reading) throws SQLException {
    return method.account(reading.connection(), account.name()).two();
  }

  Kind only(CheckContext reading, Secret valid, Secret other) {
    if (login(reading, other).verdict() == Verdict.ACCEPTED) {
      return Kind.NOT_APPLIED;
    }
    boolean so =
        login(reading, valid).verdict() == Verdict.ACCEPTED
            && login(reading, other).verdict() == Verdict.REFUSED;
    return so ? Kind.APPLIED : Kind.UNKNOWN;
  }
}
