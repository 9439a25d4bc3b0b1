package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.words.Count;
import dev.gatehouse.dsl.words.Names;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * How many rows a table holds, before it is said how many there must be: {@code
 * rowCount("orders").isAtLeast(1_000)}.
 *
 * <p>The table must exist while planning, unless an earlier step changes the target and may yet
 * make it. One that is missing when its turn comes fails the check.
 *
 * <p>Immutable. Not a step yet. Reads the whole table or an index of it; needs SELECT on it.
 *
 * @since 0.1
 */
public final class RowCount {
  private final TableName table;

  public RowCount(TableName table) {
    this.table = table;
  }

  /** Passes when the table holds so many rows or more. */
  public NamedCheck isAtLeast(long number) {
    return check(Count.atLeast(number));
  }

  /** Passes when the table holds exactly so many rows. */
  public NamedCheck is(long number) {
    return check(Count.exactly(number));
  }

  /** Passes when the table holds a number of rows between the two, both included. */
  public NamedCheck isBetween(long least, long most) {
    return check(Count.between(least, most));
  }

  private NamedCheck check(Count wanted) {
    return NamedCheck.of(
        Names.of("rows of " + table + ": " + wanted),
        this::plan,
        reading ->
            missing(reading)
                ? Outcome.failed(absent(reading), reading.evidence())
                : query(reading).ask(reading, rows -> judge(reading, rows, wanted)));
  }

  private boolean missing(CheckContext reading) throws SQLException {
    return table.kind(reading.connection()).isEmpty();
  }

  private Finding absent(CheckContext reading) {
    return Finding.of("table.missing", "there is no table '" + table + "' to count")
        .withExpected("a table or view of that name on " + reading.target().name())
        .withFound("nothing")
        .withFix("correct the name, or put the step that creates it before this check");
  }

  private List<String> plan(CheckContext reading) throws SQLException {
    Query query = query(reading);
    if (!missing(reading)) {
      return query.plan(reading);
    }
    if (reading.targetIsFinal()) {
      throw new Refusal(absent(reading));
    }
    return List.of(
        query.line(), Outline.UNKNOWN + "until an earlier step has run: no such table yet");
  }

  private Query query(CheckContext reading) {
    return Query.of("select count(*) from " + table.quoted(reading.target().dialect()));
  }

  private Outcome judge(CheckContext reading, ResultSet rows, Count wanted) throws SQLException {
    if (!rows.next()) {
      return Outcome.inconclusive(
          Finding.of("value.none", "the server did not count")
              .withFound("no row")
              .withFix("run it by hand: " + query(reading).line()));
    }
    long found = rows.getLong(1);
    Evidence evidence = reading.evidence().with("rows", found);
    if (wanted.holds(found)) {
      return Outcome.passed(evidence);
    }
    return Outcome.failed(
        Finding.of("table.rows", "table '" + table + "' does not hold the rows it should")
            .withExpected(wanted + " rows")
            .withFound(found + " rows")
            .withFix("look at it: " + query(reading).line()),
        evidence);
  }

  @Override
  public String toString() {
    return "rows of " + table + " (not yet a step: say isAtLeast(n))";
  }
}
