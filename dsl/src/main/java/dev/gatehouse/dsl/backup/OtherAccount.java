package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Another account of the target's own database, and nothing else, as which a step works.
 *
 * @param login how it logs in
 * @param name as its session says it
 * @param database the one that the plan is of
 */
record OtherAccount(Target login, String name, Fingerprint database) {

  /**
   * @throws IllegalArgumentException when only a pool or no account is known of it
   */
  static Target given(Target other) {
    if (other.isPooled() || other.coordinates().isEmpty()) {
      throw new IllegalArgumentException(
          "other is a pool: give address, account and secret, as target.as(account, secret) does");
    }
    return other;
  }

  /** How it logs in is no part of a text. */
  static List<Secret> secrets(Optional<Target> account) {
    return account
        .flatMap(Target::coordinates)
        .flatMap(Target.Coordinates::secret)
        .map(List::of)
        .orElse(List.of());
  }

  /**
   * Logs in and looks where that leads.
   *
   * @param step that works as it
   * @throws Refusal when it cannot log in, or is in another database than the target
   */
  static OtherAccount of(String step, Target login, Fingerprint database) {
    try (Connection session = login.dialect().openReading(login)) {
      Fingerprint there = login.dialect().identify(session);
      if (!there.sameDatabase(database)) {
        throw refused(
            "step.account",
            "'" + step + "' would work in another database than the target's",
            database.identity(),
            there.identity(),
            "give as(...) an account of that database: target.as(account, secret)");
      }
      return new OtherAccount(login, String.valueOf(session.getMetaData().getUserName()), database);
    } catch (SQLException e) {
      throw refused(
          "step.account-login",
          "the account that as(...) names cannot log in",
          "a login at '" + login + "'",
          String.valueOf(e.getMessage()),
          "correct address, account or secret of as(...)");
    }
  }

  /**
   * The same at the moment of the work: an address may lead elsewhere by then.
   *
   * @throws Refusal when it is not where, or who, it was
   */
  void requireSame(String step) {
    OtherAccount now = of(step, login, database);
    if (!now.name().equals(name)) {
      throw refused(
          "step.account",
          "'" + step + "' would work as another account than planned",
          name,
          now.name(),
          "plan again");
    }
  }

  /** That evidence, and as whom it came about, where that is somebody else. */
  static Evidence told(Optional<OtherAccount> other, Evidence evidence) {
    return other.map(it -> evidence.with("account", it.name())).orElse(evidence);
  }

  private static Refusal refused(
      String code, String headline, String expected, String found, String fix) {
    return new Refusal(
        Finding.of(code, headline).withExpected(expected).withFound(found).withFix(fix));
  }
}
