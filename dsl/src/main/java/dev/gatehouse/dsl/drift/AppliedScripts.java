package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.sql.Statements;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The catalogue that scripts make of an empty database, read inside one transaction that is always
 * rolled back: nothing is left of it, whatever happens.
 */
record AppliedScripts(Target scratch, List<Statements> scripts) {

  /** The scripts with their digests, and where they will be tried. */
  String planned(CheckContext reading) throws Exception {
    try (Connection connection = scratch.dialect().openReading(scratch)) {
      CheckContext there = new OnScratch(reading, scratch, connection);
      refuseUnfit(reading, there);
      StringBuilder lines = new StringBuilder("an empty database, " + scratch + ", after");
      for (Statements part : scripts) {
        part.pin(there).preview().forEach(line -> lines.append('\n').append(line));
      }
      return lines.toString();
    }
  }

  Baseline state(CheckContext reading) throws Exception {
    Concurrency transactions = scratch.dialect().concurrency();
    try (Connection connection = scratch.dialect().openWriting(scratch)) {
      OnScratch there = new OnScratch(reading, scratch, connection);
      refuseUnfit(reading, there);
      transactions.begin(connection);
      Baseline state;
      try {
        for (Statements part : scripts) {
          TransactionPart.Pinned pinned = part.pin(there);
          pinned.apply(there);
        }
        state = NoDrift.reader(scratch).read(connection);
      } catch (Throwable failure) {
        try {
          transactions.rollback(connection);
        } catch (SQLException alsoFailed) {
          failure.addSuppressed(alsoFailed);
        }
        throw failure;
      }
      transactions.rollback(connection);
      return state;
    }
  }

  /** Scripts would meet what is there already, and what is there would pass for theirs. */
  private void refuseUnfit(CheckContext reading, CheckContext there) throws SQLException {
    NoDrift.refuseUnfit(reading, scratch, scratch.dialect().identify(there.connection()));
    List<String> taken =
        NoDrift.reader(scratch).read(there.connection()).objects().stream()
            .filter(object -> List.of("table", "view", "function").contains(object.kind()))
            .map(object -> object.words())
            .limit(5)
            .toList();
    if (!taken.isEmpty()) {
      throw new Refusal(
          Finding.of("drift.scratch", "'" + scratch + "' is not empty: scripts prove nothing there")
              .withExpected("a database without tables, views and functions")
              .withFound(String.join(", ", taken) + (taken.size() == 5 ? ", ..." : ""))
              .withFix("create one for it, on the same server so that the roles are the same"));
    }
  }

  private record OnScratch(CheckContext reading, Target target, Connection connection)
      implements EffectContext {
    @Override
    public Instant now() {
      return reading.now();
    }

    @Override
    public Optional<Evidence> evidenceOf(Step step) {
      return reading.evidenceOf(step);
    }

    @Override
    public String key() {
      return "drift";
    }

    @Override
    public Progress progress() {
      return Progress.SILENT;
    }

    /** Statements ask none; checks stand outside of them. */
    @Override
    public void require(Check check) {
      throw new UnsupportedOperationException("scripts ask no check");
    }
  }
}
