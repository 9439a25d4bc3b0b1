package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.PasswordMethod.Account;
import dev.gatehouse.core.dialect.PasswordMethod.Verdict;
import dev.gatehouse.core.dialect.Target.Coordinates;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.credential.RotationFile.Kept;
import java.util.Optional;

/** What the parts of one rotation do, and how the world tells what became of them. */
record Rotation(
    PasswordMethod method,
    Account account,
    Logins logins,
    RotationFile file,
    RotationOptions said) {

  /** The one that is in use, wherever it is known from. */
  private Secret old() throws Exception {
    Secret old =
        said.replacing()
            .or(() -> current(said.before()))
            .orElseThrow(
                () ->
                    refused(
                        "rotation.no-old",
                        "the password in use is not known, so nothing could prove it dead",
                        "say it: replacing(secret); or correct the sink, which holds none of '"
                            + account.name()
                            + "'"));
    if (!Passwords.isPrintableAscii(old)) {
      throw refused(
          "rotation.old-form",
          "the password in use has characters beyond printable ASCII",
          "change it once by hand");
    }
    return old;
  }

  private static Refusal refused(String code, String headline, String fix) {
    return new Refusal(Finding.of(code, headline).withFix(fix));
  }

  /** A sink of somebody's own may repeat in its words what it was given. */
  static Optional<Secret> current(SecretSink sink) {
    try {
      return sink.current();
    } catch (Refusal | StepFailed told) {
      throw told;
    } catch (Exception e) {
      throw sinkFailed(sink, e);
    }
  }

  private static StepFailed sinkFailed(SecretSink sink, Exception e) {
    return new StepFailed(
        Finding.of("rotation.sink", "the sink did not do what it was asked: " + sink)
            .withFound(e.getClass().getSimpleName() + "; its words are left out")
            .withFix("mend the sink, then go on: the new password waits beside the old one"));
  }

  /** Before anything is done: the old one logs in, and only by being right. */
  void requireReady(CheckContext reading) throws Exception {
    method.requireReady(reading.connection(), account);
    if (said.endingSessions()) {
      method.sessions().requireEnding(reading.connection(), account);
    }
    logins.requireOne(reading);
    requireAsked(reading, old());
    logins.require(reading, old(), Verdict.ACCEPTED, "the password in use does not log in");
    logins.control(reading);
  }

  Evidence keep(EffectContext working) throws Exception {
    if (!file.exists()) {
      requireReady(working);
      try (Secret fresh = Passwords.random("new password", said.length())) {
        file.write(old(), fresh);
      }
    }
    return working.evidence().with("kept", file.path());
  }

  Kind kept(CheckContext reading) throws Exception {
    return file.exists() ? Kind.APPLIED : Kind.NOT_APPLIED;
  }

  Evidence add(EffectContext working) throws Exception {
    try (Kept kept = file.required()) {
      if (logins.login(working, kept.fresh()).verdict() == Verdict.ACCEPTED) {
        return working.evidence().with("found", "the new one logs in already");
      }
      logins.require(
          working, kept.fresh(), Verdict.REFUSED, "the new password is not refused before");
      logins.require(working, kept.old(), Verdict.ACCEPTED, "the password in use does not log in");
      logins.requireOne(working);
      method.add(working.connection(), account, kept.fresh(), kept.old());
    }
    return working.evidence();
  }

  Kind added(CheckContext reading) throws Exception {
    try (Kept kept = file.required()) {
      Verdict fresh = logins.login(reading, kept.fresh()).verdict();
      if (fresh == Verdict.ACCEPTED) {
        return Kind.APPLIED;
      }
      boolean before =
          fresh == Verdict.REFUSED
              && logins.login(reading, kept.old()).verdict() == Verdict.ACCEPTED;
      return before ? Kind.NOT_APPLIED : Kind.UNKNOWN;
    }
  }

  Evidence proveNew(EffectContext working) throws Exception {
    try (Kept kept = file.required()) {
      logins.require(working, kept.fresh(), Verdict.ACCEPTED, "the new password does not log in");
      logins.control(working);
      return working.evidence().with("old", logins.login(working, kept.old()).verdict());
    }
  }

  Evidence store(EffectContext working) throws Exception {
    try (Kept kept = file.required()) {
      stored(said.sink(), kept.fresh());
    }
    return working.evidence().with("sink", said.sink());
  }

  Evidence storeBack(EffectContext working) throws Exception {
    try (Kept kept = file.required()) {
      stored(said.before(), kept.old());
    }
    return working.evidence().with("sink", said.before());
  }

  private static void stored(SecretSink sink, Secret secret) {
    try {
      sink.store(secret);
    } catch (Refusal | StepFailed told) {
      throw told;
    } catch (Exception e) {
      throw sinkFailed(sink, e);
    }
    Optional<Secret> read = current(sink);
    boolean kept = read.map(found -> Passwords.same(found, secret)).orElse(!sink.readsBack());
    if (!kept) {
      throw new StepFailed(
          Finding.of("rotation.sink", "the sink does not keep the password it was given: " + sink)
              .withFound(read.isPresent() ? "another one" : "none")
              .withFix("mend the sink, then go on: the new password waits beside the old one"));
    }
  }

  Kind holdsNew(CheckContext reading) throws Exception {
    try (Kept kept = file.required()) {
      return holds(said.sink(), kept.fresh());
    }
  }

  Kind holdsOld(CheckContext reading) throws Exception {
    try (Kept kept = file.required()) {
      return holds(said.before(), kept.old());
    }
  }

  private static Kind holds(SecretSink sink, Secret wanted) {
    if (!sink.readsBack()) {
      return Kind.REPEATABLE;
    }
    boolean same = current(sink).map(found -> Passwords.same(found, wanted)).orElse(false);
    return same ? Kind.APPLIED : Kind.NOT_APPLIED;
  }

  Evidence retire(EffectContext working) throws Exception {
    try (Kept kept = file.required()) {
      requireHeld(working, kept);
      logins.require(working, kept.fresh(), Verdict.ACCEPTED, "the new password does not log in");
      method.retire(working.connection(), account, kept.fresh());
    }
    return working.evidence();
  }

  /** The new one only. */
  Kind retired(CheckContext reading) throws Exception {
    try (Kept kept = file.required()) {
      return logins.only(reading, kept.fresh(), kept.old());
    }
  }

  /** The old one only. */
  Kind reverted(CheckContext reading) throws Exception {
    try (Kept kept = file.required()) {
      Kind only = logins.only(reading, kept.old(), kept.fresh());
      // Killed between two statements, the old one is valid twice.
      return only == Kind.APPLIED && logins.two(reading) ? Kind.NOT_APPLIED : only;
    }
  }

  Evidence revert(EffectContext working) throws Exception {
    try (Kept kept = file.required()) {
      method.revert(working.connection(), account, kept.old());
    }
    return working.evidence();
  }

  Evidence proveOldDead(EffectContext working) throws Exception {
    try (Kept kept = file.required()) {
      logins.require(
          working, kept.old(), Verdict.REFUSED, "the old password is not refused as such");
      logins.require(working, kept.fresh(), Verdict.ACCEPTED, "the new password does not log in");
      logins.requireOne(working);
    }
    Evidence evidence = working.evidence().with("old", Verdict.REFUSED);
    return said.endingSessions()
        ? evidence
        : evidence.with(
            "sessions that go on", method.sessions().open(working.connection(), account));
  }

  Evidence endSessions(EffectContext working) throws Exception {
    long ended = method.sessions().end(working.connection(), account);
    return working.evidence().with("sessions ended", ended);
  }

  /** Only while the server does not know the new one: it would be lost. */
  Evidence forget(EffectContext working) throws Exception {
    try (Kept kept = file.required()) {
      logins.require(working, kept.fresh(), Verdict.REFUSED, "the new password is not refused");
    }
    file.delete();
    return working.evidence();
  }

  /** Only while the sink keeps the new one, where it can be read: this is its last other copy. */
  Evidence end(EffectContext working) throws Exception {
    try (Kept kept = file.required()) {
      requireHeld(working, kept);
    }
    file.delete();
    return working.evidence();
  }

  /** A run of that account would not log in any more. */
  private void requireAsked(CheckContext reading, Secret wanted) {
    if (account.own()) {
      Optional<Secret> asked = reading.target().coordinates().flatMap(Coordinates::secret);
      if (!asked.map(found -> Passwords.same(found, wanted)).orElse(false)) {
        throw new StepFailed(
            Finding.of("rotation.own", "the target does not ask the sink for its own password")
                .withExpected("what " + said.sink() + " keeps")
                .withFix("Target.at(name, jdbcUrl, account, passwordsIn(sink), dialect)"));
      }
    }
  }

  private void requireHeld(CheckContext reading, Kept kept) {
    requireAsked(reading, kept.fresh());
    if (holds(said.sink(), kept.fresh()) == Kind.NOT_APPLIED) {
      throw new StepFailed(
          Finding.of("rotation.sink", "somebody changed what the sink keeps: " + said.sink())
              .withExpected("the new password, before its other copy is removed")
              .withFix("put it back: it is the last line of " + file.path()));
    }
  }

  Kind ended(CheckContext reading) throws Exception {
    return file.exists() ? Kind.NOT_APPLIED : Kind.APPLIED;
  }

  static Evidence confirm(EffectContext working, Check consumers) throws Exception {
    working.require(consumers);
    return working.evidence().with("confirmed", consumers.name());
  }
}
