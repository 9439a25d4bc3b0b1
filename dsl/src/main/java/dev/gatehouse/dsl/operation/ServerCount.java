package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Monitors;
import dev.gatehouse.core.dialect.Monitors.Answer;
import dev.gatehouse.core.dialect.Monitors.Counted;
import dev.gatehouse.core.dialect.Monitors.Question;
import dev.gatehouse.core.dialect.Monitors.Unknown;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.NamedCheck.Planning;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * A number that the server knows, before it is said how large it may be: {@code
 * lockWaits().atMost(3)}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class ServerCount {
  private final LongFunction<NamedCheck> check;

  ServerCount(LongFunction<NamedCheck> check) {
    this.check = check;
  }

  /**
   * Passes while it is no more than that.
   *
   * @throws IllegalArgumentException when the number is negative
   */
  public NamedCheck atMost(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("number is " + number + ": 0 or more");
    }
    return check.apply(number);
  }

  /** Sessions that wait for a lock. */
  public static ServerCount lockWaits() {
    return now("locks.waits", "sessions wait for a lock", reading -> monitors(reading).lockWaits());
  }

  /**
   * What the server tells at the moment.
   *
   * @param what is counted, such as {@code sessions wait for a lock}
   */
  static ServerCount now(String code, String what, Asked asked) {
    return new ServerCount(
        most ->
            NamedCheck.of(
                "at most " + most + " " + what,
                planning(asked),
                reading -> judge(reading, code, what, most, asked)));
  }

  /** The question, of the monitors that the target's dialect has. */
  @FunctionalInterface
  interface Asked {
    Question of(CheckContext reading);

    default Answer answer(CheckContext reading) throws SQLException {
      return of(reading).ask(reading.connection());
    }
  }

  static Planning planning(Asked asked) {
    return reading -> asked.of(reading).preview(reading.connection());
  }

  private static Outcome judge(
      CheckContext reading, String code, String what, long most, Asked asked) throws SQLException {
    Answer answer = asked.answer(reading);
    if (answer instanceof Unknown unknown) {
      return Outcome.inconclusive(unknown.why());
    }
    Counted counted = (Counted) answer;
    return judge(reading, code, what, most, counted.number(), counted);
  }

  static Outcome judge(
      CheckContext reading, String code, String what, long most, long number, Counted counted) {
    Evidence evidence = reading.evidence().with("counted", number);
    String example = counted.example().isEmpty() ? "" : ", " + counted.example();
    return number <= most
        ? Outcome.passed(evidence)
        : Outcome.failed(
            Finding.of(code, "too many " + what)
                .withExpected("at most " + most)
                .withFound(number + example)
                .withFix(counted.remedy()),
            evidence);
  }

  /**
   * What the target's server tells about itself.
   *
   * @throws Refusal when it has none
   */
  static Monitors monitors(CheckContext reading) {
    Optional<Monitors> monitors = reading.target().dialect().monitors();
    return monitors.orElseThrow(
        () ->
            new Refusal(
                Finding.of("dialect.no-monitors", "this target has no server to ask")
                    .withExpected("a product with a server that tells about itself")
                    .withFound(
                        "'" + reading.target() + "', which is " + reading.target().dialect().name())
                    .withFix("remove the step or the guard for " + reading.target().name())));
  }

  @Override
  public String toString() {
    return check.apply(0).name() + " (not yet a step: say atMost(n))";
  }
}
