package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Count;
import dev.gatehouse.dsl.words.Names;
import dev.gatehouse.dsl.words.Tolerance;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A number that something else than the database knows, before it is said how large it may be: the
 * load of an operating system, the length of a queue. {@code gauge("load of the host", () ->
 * bean.getSystemLoadAverage()).isAtMost(8).every(ofSeconds(5))}.
 *
 * <p>No number, NaN, an infinite one, or an exception makes the check INCONCLUSIVE.
 *
 * <p>As thread-safe as its source: a guard asks it from a thread of the run's. Not a step yet.
 * Needs no privilege in the database.
 *
 * @since 0.1
 */
public final class Gauge {
  private final String name;
  private final Callable<? extends Number> source;

  public Gauge(String name, Callable<? extends Number> source) {
    this.name = Names.checked(name);
    this.source = source;
  }

  /** Passes while it is so large or smaller. */
  public NamedCheck isAtMost(long most) {
    return check(Count.atMost(most));
  }

  /** Passes while it is so large or larger. */
  public NamedCheck isAtLeast(long least) {
    return check(Count.atLeast(least));
  }

  /** Passes while it is between the two, both included. */
  public NamedCheck isBetween(long least, long most) {
    return check(Count.between(least, most));
  }

  /** Passes with any number, and keeps it for what is compared with it later. */
  public NamedCheck measured(String newName) {
    return check(Count.between(Long.MIN_VALUE, Long.MAX_VALUE)).named(Names.checked(newName));
  }

  /** How far it may be from an earlier number, in both directions; say {@code of(measure)}. */
  public Tolerance isWithinPercent(int percent) {
    return new Tolerance(measured(name), percent, true);
  }

  /** How far it may be above an earlier number; say {@code of(measure)}. */
  public Tolerance isAtMostPercentAbove(int percent) {
    return new Tolerance(measured(name), percent, false);
  }

  private NamedCheck check(Count wanted) {
    String line = name + " is " + wanted;
    return NamedCheck.of(
        Names.of(line), reading -> List.of(line), reading -> look(reading, wanted));
  }

  private Outcome look(CheckContext reading, Count wanted) throws Exception {
    Number found = source.call();
    BigDecimal number;
    try {
      number = new BigDecimal(String.valueOf(found));
    } catch (NumberFormatException none) {
      return Outcome.inconclusive(
          Finding.of("gauge.none", "'" + name + "' tells no number")
              .withExpected(wanted.toString())
              .withFound(String.valueOf(found))
              .withFix("make its source answer, or take the check out"));
    }
    Evidence evidence = reading.evidence().with(Tolerance.VALUE, number.toPlainString());
    return wanted.holds(number)
        ? Outcome.passed(evidence)
        : Outcome.failed(
            Finding.of("gauge.value", "'" + name + "' is not as it should be")
                .withExpected(wanted.toString())
                .withFound(number.toPlainString())
                .withFix("find out what makes it so before going on"),
            evidence);
  }

  @Override
  public String toString() {
    return name + " (not yet a step: say isAtMost(n))";
  }
}
