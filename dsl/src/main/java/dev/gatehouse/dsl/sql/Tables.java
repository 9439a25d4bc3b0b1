package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Names;
import java.util.List;
import java.util.Optional;

/** Checks that a table is there. */
public final class Tables {
  private Tables() {}

  public static NamedCheck exists(String name) {
    TableName table = TableName.of(name);
    return NamedCheck.of(
        Names.of("table " + name + " exists"),
        reading -> List.of("the catalogue, for a table named " + table, probe(table, reading)),
        reading -> lookFor(table, reading));
  }

  private static Outcome lookFor(TableName table, CheckContext reading) throws Exception {
    Optional<String> kind = table.kind(reading.connection());
    Evidence evidence = reading.evidence().with("kind", kind.orElse("none"));
    if (kind.isEmpty() || !kind.get().endsWith("TABLE")) {
      return Outcome.failed(
          Finding.of("table.missing", "there is no table '" + table + "'")
              .withExpected("a table of that name")
              .withFound(kind.map(other -> "a " + other + " of that name").orElse("nothing"))
              .withFix("run the script that creates it, or correct the name '" + table + "'"),
          evidence);
    }
    return Query.of(probe(table, reading)).ask(reading, rows -> Outcome.passed(evidence));
  }

  /** Reads no row: proves that the name leads to a table that this account may read. */
  private static String probe(TableName table, CheckContext reading) {
    return "select 1 from " + table.quoted(reading.target().dialect()) + " where 1 = 0";
  }
}
