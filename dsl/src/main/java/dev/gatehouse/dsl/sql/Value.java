package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.words.Count;
import dev.gatehouse.dsl.words.Names;
import dev.gatehouse.dsl.words.Tolerance;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The one value a query yields, before it is said what it must be: {@code value("select
 * max(version) from schema_version").is(42)}.
 *
 * <p>No row, several rows, or NULL is no value, and makes the check INCONCLUSIVE.
 *
 * <p>Immutable. Not a step yet. Needs the privilege to read what the query reads.
 *
 * @since 0.1
 */
public final class Value {
  private final Query query;

  public Value(Query query) {
    this.query = query;
  }

  /**
   * Passes when the value equals it. Numbers are equal by value whatever their types; everything
   * else as text; a number never equals a text.
   */
  public NamedCheck is(Object expected) {
    if (expected instanceof Secret) {
      throw new IllegalArgumentException("expected is a secret: the check would print it");
    }
    return check(print(expected), found -> same(expected, found));
  }

  /** Passes when the value is a number, so large or larger. */
  public NamedCheck isAtLeast(long least) {
    return numeric(Count.atLeast(least));
  }

  /**
   * Passes when the value is a number, so large or smaller: a 95th percentile, a queue's length.
   */
  public NamedCheck isAtMost(long most) {
    return numeric(Count.atMost(most));
  }

  /** Passes when the value is a number between the two, both included. */
  public NamedCheck isBetween(long least, long most) {
    return numeric(Count.between(least, most));
  }

  /** Passes with any number, and keeps it for what is compared with it later. */
  public NamedCheck measured(String name) {
    return check("a number", found -> number(found).isPresent()).named(Names.checked(name));
  }

  /** How far it may be from an earlier number, in both directions; say {@code of(measure)}. */
  public Tolerance isWithinPercent(int percent) {
    return new Tolerance(measured("value of " + Names.ofSql(query.line())), percent, true);
  }

  /** How far it may be above an earlier number; say {@code of(measure)}. */
  public Tolerance isAtMostPercentAbove(int percent) {
    return new Tolerance(measured("value of " + Names.ofSql(query.line())), percent, false);
  }

  private NamedCheck numeric(Count wanted) {
    return check(
        wanted.toString(), found -> number(found).map(wanted::holds).orElse(Boolean.FALSE));
  }

  private NamedCheck check(String wanted, Predicate<Object> holds) {
    return NamedCheck.of(
        Names.ofSql("value is " + wanted + ": " + query.line()),
        reading -> query.plan(reading),
        reading -> query.ask(reading, rows -> judge(reading, rows, wanted, holds)));
  }

  private Outcome judge(
      CheckContext reading, ResultSet rows, String wanted, Predicate<Object> holds)
      throws SQLException {
    if (rows.getMetaData().getColumnCount() != 1) {
      return none(wanted, rows.getMetaData().getColumnCount() + " columns");
    }
    if (!rows.next()) {
      return none(wanted, "no row");
    }
    Object found = rows.getObject(1);
    if (found == null) {
      return none(wanted, "NULL");
    }
    if (rows.next()) {
      return none(wanted, "several rows");
    }
    Evidence evidence = reading.evidence().with(Tolerance.VALUE, found);
    if (holds.test(found)) {
      return Outcome.passed(evidence);
    }
    return Outcome.failed(
        Finding.of("value.differs", "the query does not yield the value it should")
            .withExpected(wanted)
            .withFound(print(found))
            .withFix("look at it: " + query.line()),
        evidence);
  }

  private Outcome none(String wanted, String found) {
    return Outcome.inconclusive(
        Finding.of("value.none", "the query yields no single value to compare")
            .withExpected("one row with one value that is not NULL: " + wanted)
            .withFound(found)
            .withFix("make the query yield one value: " + query.line()));
  }

  private static boolean same(Object expected, Object found) {
    Optional<BigDecimal> one = number(expected);
    Optional<BigDecimal> other = number(found);
    if (one.isPresent() || other.isPresent()) {
      return one.isPresent() && other.isPresent() && one.get().compareTo(other.get()) == 0;
    }
    return expected.toString().equals(found.toString());
  }

  /** Engines without booleans tell them as 1 and 0. */
  private static Optional<BigDecimal> number(Object value) {
    if (value instanceof Boolean truth) {
      return Optional.of(truth ? BigDecimal.ONE : BigDecimal.ZERO);
    }
    if (!(value instanceof Number)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(value.toString()));
    } catch (NumberFormatException infinite) {
      return Optional.empty();
    }
  }

  private static String print(Object value) {
    return value instanceof Number || value instanceof Boolean
        ? value.toString()
        : "'" + value + "'";
  }

  @Override
  public String toString() {
    return "value of " + query.line() + " (not yet a step: say is(...))";
  }
}
