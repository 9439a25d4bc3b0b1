package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;
import static dev.gatehouse.postgres.session.SqlNames.quoted;

import dev.gatehouse.postgres.probe.RowContents.Content;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Gives a row that is there another content, as the account of the target, for as long as something
 * is tried on it.
 */
final class WrittenContent {
  private static final int BASES = 3;

  /** What is tried on the row with that key. */
  @FunctionalInterface
  interface Trial {
    boolean passes(String key) throws SQLException;
  }

  /**
   * How it ended.
   *
   * @param base the row that was changed, quoted names by literals
   */
  record Tried(boolean passes, String why, Map<String, String> base) {}

  private final ProbeContext on;

  WrittenContent(ProbeContext on) {
    this.on = on;
  }

  /**
   * Tries it on the rows that are most like it.
   *
   * @param taken which rows may be changed for it
   */
  Tried tried(Content content, Predicate<Sample> taken, Trial trial) throws SQLException {
    String why = "there is no row to change";
    Map<String, String> base = Map.of();
    List<Sample> bases =
        on.rows().samples().stream()
            .filter(taken)
            .sorted(Comparator.comparing(sample -> differences(content, sample.literals()).size()))
            .limit(BASES)
            .toList();
    for (Sample sample : bases) {
      String[] failed = {""};
      base = sample.literals();
      boolean passes =
          on.session()
              .takenBack(
                  () -> {
                    String key = "";
                    try {
                      key = written(sample, content);
                    } catch (SQLException e) {
                      failed[0] = "SQLSTATE " + SqlStates.of(e) + ": " + e.getMessage();
                      return false;
                    }
                    if (key.isEmpty()) {
                      failed[0] = "a trigger or rule gave the row other values";
                      return false;
                    }
                    failed[0] = "the role did not reach it";
                    return trial.passes(key);
                  });
      if (passes) {
        return new Tried(true, "", base);
      }
      why = failed[0];
    }
    return new Tried(false, why, base);
  }

  /** What is to be set, quoted names by literals. */
  static Map<String, String> differences(Content content, Map<String, String> base) {
    Map<String, String> differences = new LinkedHashMap<>();
    content
        .literals()
        .forEach(
            (column, value) -> {
              String now = base.get(quoted(column));
              if (now != null && !now.equals(value)) {
                differences.put(quoted(column), value);
              }
            });
    return differences;
  }

  /** Its key; empty when it does not hold what it was given. */
  private String written(Sample sample, Content content) throws SQLException {
    Map<String, String> set = differences(content, sample.literals());
    String key = TenantRows.keyText(on.rows().keys());
    String now = sample.key();
    if (!set.isEmpty()) {
      List<String> keys =
          Queries.column(
              on.session().admin(),
              "UPDATE %s SET %s WHERE %s = %s RETURNING %s"
                  .formatted(on.name(), TableDoor.assigned(set), key, literal(sample.key()), key));
      if (keys.isEmpty()) {
        return "";
      }
      now = keys.get(0);
    }
    String holds =
        content.literals().entrySet().stream()
            .map(
                one ->
                    "quote_nullable(%s::text) = %s"
                        .formatted(quoted(one.getKey()), literal(one.getValue())))
            .collect(Collectors.joining(" AND "));
    return Queries.exists(
            on.session().admin(),
            "SELECT 1 FROM %s WHERE %s = %s AND %s".formatted(on.name(), key, literal(now), holds))
        ? now
        : "";
  }
}
