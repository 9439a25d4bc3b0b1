package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.dialect.Rehearsals;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A change that is executed and rolled back, whatever comes of it. What the run commits afterwards
 * is its own marker and nothing else.
 */
record Trial(Transaction change, Rehearsals trials) implements Effect.InTransaction {
  private static final int MOST = 200;

  static Trial of(Transaction change, CheckContext reading) {
    Dialect dialect = reading.target().dialect();
    return new Trial(change, dialect.rehearsals().orElseThrow(() -> cannot(dialect)));
  }

  private static Refusal cannot(Dialect dialect) {
    return new Refusal(
        Finding.of("dialect.no-trials", "a change cannot be tried on the target here")
            .withExpected("a dialect whose transactions take back all that a change does")
            .withFound(dialect.name() + " has no trials")
            .withFix("try the change on a copy: restoreDrill(...), or take trial(...) out"));
  }

  @Override
  public List<String> preview() {
    return Stream.concat(
            Stream.of("-- trial: executed, then rolled back"), change.preview().stream())
        .toList();
  }

  /** It leaves nothing there that a restore could cover. */
  @Override
  public Reach reach() {
    return Reach.BESIDE;
  }

  @Override
  public Prepared prepare(EffectContext working) throws Exception {
    Prepared prepared = change.prepare(working);
    return new Prepared() {
      @Override
      public Evidence apply(EffectContext inside) throws Exception {
        return tried(inside, prepared);
      }

      @Override
      public void close() throws IOException {
        prepared.close();
      }
    };
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    return tried(working, change::apply);
  }

  private Evidence tried(EffectContext working, Prepared prepared) throws Exception {
    Optional<CatalogueReader> reader = working.target().dialect().catalogue();
    Optional<Baseline> before = read(reader, working);
    trials.begin(working.connection());
    Evidence evidence = prepared.apply(working);
    Optional<Baseline> after = read(reader, working);
    trials.end(working.connection());
    evidence = evidence.with("rolledBack", true);
    return before.isPresent() && after.isPresent()
        ? evidence.with(InOneTransaction.WOULD_CHANGE, difference(before.get(), after.get()))
        : evidence;
  }

  private static Optional<Baseline> read(Optional<CatalogueReader> reader, EffectContext working)
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
}
