package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Count;
import dev.gatehouse.dsl.words.Names;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The rows of a query, before it is said how many there must be: {@code rows("select ...").are(3)}.
 *
 * <p>Immutable. Not a step yet. Needs the privilege to read what the query reads.
 *
 * @since 0.1
 */
public final class Rows {

  /** Rows beyond the wanted number are counted only so far: a check is not a scan of everything. */
  private static final long SURPLUS = 1_000_000;

  private final Query query;

  public Rows(Query query) {
    this.query = query;
  }

  /** Passes when the query yields exactly so many rows. */
  public NamedCheck are(long number) {
    notNegative(number);
    return check(Count.exactly(number), number);
  }

  /** Passes when the query yields so many rows or more. */
  public NamedCheck areAtLeast(long number) {
    notNegative(number);
    return check(Count.atLeast(number), number);
  }

  public NamedCheck none() {
    return check(Count.exactly(0), 0).named(Names.ofSql("no rows: " + query.line()));
  }

  private NamedCheck check(Count wanted, long number) {
    return NamedCheck.of(
        Names.ofSql(wanted + " rows: " + query.line()),
        reading -> query.plan(reading),
        reading ->
            query.ask(reading, rows -> judge(reading, wanted, counted(rows, number + SURPLUS))));
  }

  private Outcome judge(CheckContext reading, Count wanted, long found) {
    Evidence evidence = reading.evidence().with("rows", found);
    if (wanted.holds(found)) {
      return Outcome.passed(evidence);
    }
    return Outcome.failed(
        Finding.of("rows.number", "the query does not yield the rows it should")
            .withExpected(wanted + " rows")
            .withFound(found + (found > SURPLUS ? " rows and perhaps more" : " rows"))
            .withFix("look at them: " + query.line()),
        evidence);
  }

  private static long counted(ResultSet rows, long enough) throws SQLException {
    long count = 0;
    while (count < enough && rows.next()) {
      count++;
    }
    return count;
  }

  private static void notNegative(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("number of rows is " + number + ": 0 or more");
    }
  }

  @Override
  public String toString() {
    return "rows of " + query.line() + " (not yet a step: say are(n))";
  }
}
