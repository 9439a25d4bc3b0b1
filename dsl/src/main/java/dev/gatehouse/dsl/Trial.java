package dev.gatehouse.dsl;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Working;
import dev.gatehouse.core.outcome.Evidence;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A change that is executed and rolled back, whatever comes of it. What the run commits afterwards
 * is its own marker and nothing else.
 */
record Trial(Transaction change) implements Effect.InTransaction {
  private static final String POINT = "gatehouse_trial";
  private static final int MOST = 200;

  @Override
  public List<String> preview() {
    return Stream.concat(
            Stream.of("-- trial: executed, then rolled back"), change.preview().stream())
        .toList();
  }

  @Override
  public Evidence apply(Working working) throws Exception {
    Optional<CatalogueReader> reader = working.target().dialect().catalogue();
    Optional<Baseline> before = read(reader, working);
    run(working, "SAVEPOINT " + POINT);
    Evidence evidence = change.apply(working);
    Optional<Baseline> after = read(reader, working);
    run(working, "ROLLBACK TO SAVEPOINT " + POINT);
    evidence = evidence.with("rolledBack", true);
    return before.isPresent() && after.isPresent()
        ? evidence.with("wouldChange", difference(before.get(), after.get()))
        : evidence;
  }

  private static Optional<Baseline> read(Optional<CatalogueReader> reader, Working working)
      throws SQLException {
    return reader.isPresent()
        ? Optional.of(reader.get().read(working.connection()))
        : Optional.empty();
  }

  /** One line for each thing: + new, - gone, ~ changed. */
  private static String difference(Baseline before, Baseline after) {
    List<Drift> drifts = before.drift(after);
    if (drifts.isEmpty()) {
      return "nothing in the catalogue";
    }
    String more = drifts.size() > MOST ? "\n... and " + (drifts.size() - MOST) + " more" : "";
    return drifts.stream().limit(MOST).map(Trial::line).collect(Collectors.joining("\n")) + more;
  }

  private static String line(Drift drift) {
    if (drift instanceof Drift.Changed changed) {
      return changed.fields().entrySet().stream()
          .map(
              field ->
                  field.getKey()
                      + ": "
                      + field.getValue().expected()
                      + " -> "
                      + field.getValue().found())
          .collect(Collectors.joining("; ", "~ " + drift.object().words() + "  ", ""));
    }
    return (drift instanceof Drift.Missing ? "- " : "+ ") + drift.object().words();
  }

  private static void run(Working working, String sql) throws SQLException {
    try (Statement statement = working.connection().createStatement()) {
      statement.execute(sql);
    }
  }
}
