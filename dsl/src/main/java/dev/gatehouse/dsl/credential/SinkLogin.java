package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.PasswordMethod.Answer;
import dev.gatehouse.core.dialect.PasswordMethod.Verdict;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A login by what a sink keeps when it is asked, as a client that reads it would log in. */
record SinkLogin(String account, SecretSink sink) {
  private static final int WRONG = 40;

  NamedCheck check() {
    return NamedCheck.of(
        Names.of(account + " logs in by what the sink keeps"), this::plan, this::look);
  }

  private List<String> plan(CheckContext reading) throws SQLException {
    PasswordMethod method = PasswordRotation.passwords(reading.target());
    if (!sink.readsBack()) {
      throw new Refusal(
          Finding.of("rotation.sink", "the sink cannot be read back: " + sink)
              .withFix("ask a client of it: commandSucceeds(...)"));
    }
    try {
      method.account(reading.connection(), account);
    } catch (Refusal no) {
      // One that may not log in yet may do so by then: the other of a pair.
      if (reading.targetIsFinal() && !no.findings().get(0).code().equals("password.no-login")) {
        throw no;
      }
    }
    return List.of(
        "a login of its own as " + account + " by what " + sink + " keeps then",
        "a login as " + account + " by a random wrong password, which must be refused");
  }

  private Outcome look(CheckContext reading) throws SQLException {
    PasswordMethod method = PasswordRotation.passwords(reading.target());
    Logins logins = new Logins(method, method.account(reading.connection(), account), WRONG);
    Optional<Secret> kept = Rotation.current(sink);
    if (kept.isEmpty()) {
      return Outcome.failed(finding("none of this account"), reading.evidence());
    }
    try (Secret secret = kept.get()) {
      Answer answer = logins.login(reading, secret);
      Finding told = finding(answer.verdict() + ": " + answer.because());
      return switch (answer.verdict()) {
        case ACCEPTED -> {
          logins.control(reading);
          yield Outcome.passed(reading.evidence().with("login", answer.because()));
        }
        case REFUSED -> Outcome.failed(told, reading.evidence());
        case UNCLEAR -> Outcome.inconclusive(told);
      };
    } catch (StepFailed nothingProved) {
      return new Outcome.Inconclusive(nothingProved.findings());
    }
  }

  private Finding finding(String found) {
    return Finding.of("rotation.login", account + " does not log in by what the sink keeps")
        .withExpected(Verdict.ACCEPTED + ", by the password in " + sink)
        .withFound(found)
        .withFix("have it keep the password in use; try by a login of your own");
  }
}
