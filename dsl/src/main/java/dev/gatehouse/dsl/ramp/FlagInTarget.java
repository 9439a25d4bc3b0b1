package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.sql.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A flag in a table of the target. */
record FlagInTarget(String select, String update) implements FlagStore {

  FlagInTarget {
    for (String sql : List.of(select, update)) {
      SqlText text = SqlText.of(sql);
      if (text.isEmpty() || text.hasSeveralStatements()) {
        throw new IllegalArgumentException("one statement, not '" + sql + "'");
      }
    }
    if (!SqlText.of(select).isQuery()) {
      throw new IllegalArgumentException("'" + select + "' is no query");
    }
    if (update.chars().filter(letter -> letter == '?').count() != 2) {
      throw new IllegalArgumentException(
          "'"
              + update
              + "': a ? for the number, and one for what it must be: set n = ? where n = ?");
    }
  }

  @Override
  public int get(CheckContext reading) throws SQLException {
    try (PreparedStatement asked = reading.connection().prepareStatement(select)) {
      reading.target().dialect().refuseMisread(reading.connection(), select);
      try (ResultSet rows = asked.executeQuery()) {
        if (!rows.next()) {
          throw none("no row");
        }
        int found = rows.getInt(1);
        if (rows.wasNull() || rows.next()) {
          throw none(rows.wasNull() ? "NULL" : "several rows");
        }
        return found;
      }
    }
  }

  private StepFailed none(String found) {
    return new StepFailed(
        Finding.of("flag.none", "a flag cannot be read")
            .withExpected("one row with one number: " + select)
            .withFound(found)
            .withFix("make the flag, or correct the query"));
  }

  @Override
  public Effect bind(CheckContext reading, String name, Set<Integer> left, int to)
      throws SQLException {
    if (reading.targetIsFinal()) {
      try {
        get(reading);
      } catch (StepFailed unreadable) {
        throw new Refusal(unreadable.findings().get(0), unreadable);
      }
    }
    return new Setting(this, name, left, to);
  }

  /** All in one transaction: compared, set, and read again. */
  private record Setting(FlagInTarget flag, String name, Set<Integer> left, int to)
      implements Effect.InTransaction {
    @Override
    public List<String> preview() {
      return List.of(
          flag.select + "  -- must be " + left.stream().sorted().toList(),
          flag.update + "  -- with " + to + ", and what was read");
    }

    @Override
    public Optional<String> comparison() {
      return Optional.of("by reading the flag again");
    }

    @Override
    public Evidence apply(EffectContext working) throws SQLException {
      Connection connection = working.connection();
      int found = flag.get(working);
      if (!left.contains(found)) {
        throw new StepFailed(Flag.moved(name, left, found));
      }
      try (PreparedStatement setting = connection.prepareStatement(flag.update)) {
        setting.setInt(1, to);
        setting.setInt(2, found);
        int rows = setting.executeUpdate();
        // Drivers of MySQL may count only what became another: setting the same again is none.
        if (rows > 1 || (rows == 0 && found != to)) {
          throw new StepFailed(
              Finding.of("flag.moved", "flag '" + name + "' was set by somebody else meanwhile")
                  .withExpected("one row, by: " + flag.update)
                  .withFound(rows + " rows")
                  .withFix("ask who set it and why; an update of several rows is none of a flag"));
        }
      }
      int now = flag.get(working);
      if (now != to) {
        throw new StepFailed(
            Finding.of("flag.unset", "flag '" + name + "' was not set")
                .withExpected(to + ", after: " + flag.update)
                .withFound(String.valueOf(now))
                .withFix("let the update set what the query reads"));
      }
      return working.evidence().with("percent", to).with("before", found);
    }
  }

  @Override
  public String toString() {
    return select;
  }
}
