package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.PasswordMethod.Account;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/**
 * A password rotated without an instant in which no kept password logs in, and without a third one
 * that does.
 *
 * <p>The server is sent verifiers, never a password. Old and new one wait in a file of mode 0600
 * until the end, from which whoever crashed goes on, in the same run or in a new one. MySQL and
 * MariaDB accept both until the clients are confirmed; a PostgreSQL role has one password, so that
 * between the change and the clients' next look into the sink their logins fail.
 *
 * <p>What stands before the retirement of the old one is taken back when a later part fails. After
 * it nothing brings the old one back: rotate again.
 *
 * <p>Immutable. Logs in as the account several times, once with a wrong password on purpose. The
 * run's own account needs CREATE USER and SELECT on the server's tables of accounts (MySQL,
 * MariaDB), or must be allowed to ALTER ROLE (PostgreSQL). It may be the one that is rotated where
 * the target asks for its password at each login: {@code passwordsIn(sink)}.
 *
 * @since 0.1
 */
public final class PasswordRotation implements Change {
  private static final int LENGTH = 40;
  private static final int SHORTEST = 20;
  private static final int LONGEST = 256;

  private final String name;
  private final RotationOptions options;

  private PasswordRotation(String name, RotationOptions options) {
    this.name = name;
    this.options = options;
  }

  static PasswordRotation of(RotationOptions options) {
    String next = options.next().map(other -> ", handed over to " + other).orElse("");
    return new PasswordRotation(
        Names.of("rotate password of " + options.account() + next), options.withLength(LENGTH));
  }

  /**
   * Of that many letters and digits; default 40.
   *
   * @throws IllegalArgumentException when that is less than 20 or more than 256
   */
  public PasswordRotation withLength(int characters) {
    if (characters < SHORTEST || characters > LONGEST) {
      throw new IllegalArgumentException(
          "characters is " + characters + ": between " + SHORTEST + " and " + LONGEST);
    }
    return new PasswordRotation(name, options.withLength(characters));
  }

  /** The password in use, where the sink cannot be read back or does not hold it yet. */
  public PasswordRotation replacing(Secret old) {
    return new PasswordRotation(name, options.withReplaced(old));
  }

  /** Where old and new one wait together; default: beside the file that is the sink. */
  public PasswordRotation keptMeanwhileIn(Path file) {
    return new PasswordRotation(name, options.withMeanwhile(file));
  }

  /**
   * The old one is retired only when this passes: that clients work with the new one. A check that
   * passes as well while they use the old one confirms nothing: have it ask a client that was told
   * to look into the sink again. Needed where the sink cannot be read back.
   */
  public PasswordRotation confirmedBy(Check consumers) {
    return new PasswordRotation(name, options.withConsumers(consumers));
  }

  /**
   * Ends the sessions of the account that are open once the old password is dead. Without this they
   * go on, and the report says how many there are. A server does not tell by which password one
   * began, so that those of clients that use the new one end as well, and are opened again.
   *
   * <p>Needs pg_signal_backend or membership in the role (PostgreSQL), PROCESS and CONNECTION_ADMIN
   * (MySQL; MariaDB: CONNECTION ADMIN). Refused while planning without these, and on MySQL and
   * MariaDB where other accounts have the same user name: their sessions look alike.
   */
  public PasswordRotation endingSessions() {
    return new PasswordRotation(name, options.withSessionsEnded());
  }

  /** The same under the name that the checklist has for it. */
  public PasswordRotation named(String newName) {
    return new PasswordRotation(Names.checked(newName), options);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Step> refersTo() {
    return options.consumers().map(Step::refersTo).orElse(List.of());
  }

  @Override
  public List<Secret> secrets() {
    List<Secret> all = new ArrayList<>(options.replacing().stream().toList());
    options.consumers().ifPresent(check -> all.addAll(check.secrets()));
    return all;
  }

  @Override
  public Undo undo() {
    return new Undo.CannotBeUndone(
        "the old password is dead by intent; to have another one, rotate again");
  }

  @Override
  public Effect bind(CheckContext reading) throws Exception {
    Dialect dialect = reading.target().dialect();
    PasswordMethod method = method(reading.target());
    if (!options.sink().readsBack() && options.consumers().isEmpty()) {
      throw refused(
          "rotation.unconfirmed",
          "the sink cannot be read back, and nobody says that clients have the new password",
          "say by what it shows: confirmedBy(check)");
    }
    Path file =
        options
            .meanwhile()
            .orElseThrow(
                () ->
                    refused(
                        "rotation.no-file",
                        "old and new password have no place to wait in until the end",
                        "say a file of your own account: keptMeanwhileIn(file)"));
    Connection connection = reading.connection();
    Account account = method.account(connection, options.account());
    if (account.own()) {
      requireAsking(reading.target(), account);
    }
    String head =
        "gatehouse rotation of %s%s on %s"
            .formatted(
                account.name(),
                options.next().map(next -> " to " + next).orElse(""),
                dialect.identify(connection).server());
    Logins logins = new Logins(method, account, options.length());
    Rotation rotation =
        new Rotation(method, account, logins, new RotationFile(file, head), options);
    if (!rotation.file().exists() && reading.targetIsFinal()) {
      rotation.requireReady(reading);
    }
    return RotationSequence.of(
        head(method, account, method.doors(connection, account)),
        rotation,
        method.statements(connection, account),
        options.sink().plan(),
        confirmation(reading));
  }

  /** Else new sessions of the run would not log in any more. */
  private void requireAsking(Target target, Account account) {
    String it = "'" + account.name() + "' is the account that the run logs in as";
    if (!target.asksForPasswords() || options.next().isPresent()) {
      throw refused(
          "password.own-account",
          it,
          options.next().isPresent()
              ? "give the target another account that may alter both"
              : "Target.at(name, jdbcUrl, account, passwordsIn(sink), dialect), or another account");
    }
    if (options.endingSessions()) {
      throw refused(
          "password.sessions",
          it + ", and its sessions would end with the others",
          "leave out endingSessions(), or give the target another account");
    }
  }

  private List<String> confirmation(CheckContext reading) throws Exception {
    List<String> confirmation = new ArrayList<>();
    if (options.consumers().isPresent()) {
      confirmation.add(options.consumers().get().name());
      confirmation.addAll(options.consumers().get().plan(reading));
    }
    return confirmation;
  }

  /** Where logins of their own can be tried. */
  static PasswordMethod passwords(Target target) {
    PasswordMethod method =
        target
            .dialect()
            .passwords()
            .orElseThrow(
                () ->
                    refused(
                        "dialect.no-passwords",
                        target.dialect().name() + " has no accounts with passwords",
                        "take the step out of this runbook"));
    if (target.coordinates().isEmpty()) {
      throw refused(
          "rotation.no-address",
          "a login of its own needs the address of the target",
          "say target.withLogin(jdbcUrl, account, secret)");
    }
    return method;
  }

  private PasswordMethod method(Target target) {
    PasswordMethod one = passwords(target);
    if (options.next().isEmpty()) {
      return one;
    }
    String next = options.next().get();
    return one.handingOverTo(next)
        .orElseThrow(
            () ->
                refused(
                    "dialect.two-passwords",
                    target.dialect().name() + " accepts two passwords of one account",
                    "leave out handingOverTo(\"" + next + "\"): clients keep their account"));
  }

  private List<String> head(PasswordMethod method, Account account, List<String> doors) {
    List<String> head = new ArrayList<>();
    head.add(
        method.overlaps()
            ? options
                .next()
                .map(next -> account.name() + " and " + next + " both log in")
                .orElse("both passwords of " + account.name() + " are accepted")
                .concat(" until the old one is retired")
            : account.name()
                + " has one password at a time: clients that do not look into the sink again are"
                + " refused from the change on");
    if (!options.endingSessions()) {
      head.add("sessions that are open go on: say endingSessions() to have them end");
    }
    doors.forEach(door -> head.add("not closed by it: " + door));
    return head;
  }

  private static Refusal refused(String code, String headline, String fix) {
    return new Refusal(Finding.of(code, headline).withFix(fix));
  }

  @Override
  public String toString() {
    return name;
  }
}
