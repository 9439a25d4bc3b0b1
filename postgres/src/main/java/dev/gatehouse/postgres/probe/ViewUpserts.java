package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.session.Queries;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * INSERT ... ON CONFLICT DO UPDATE into a view: it changes the row that has the key, whether the
 * view shows that or not.
 */
record ViewUpserts(ProbeContext on, ViewDoorStatements view) implements AnswerDoor.Statements {

  /** Whether the view takes such statements, which read the key. */
  boolean isPossible() {
    return on.rows().keys().stream()
            .allMatch(key -> view.readable().contains(view.columns().getOrDefault(key, "")))
        && on.inserted().containsAll(on.rows().keys())
        && !on.updated().isEmpty();
  }

  @Override
  public String deletion() {
    return view.deletion();
  }

  @Override
  public String update(String key, Map<String, String> set) throws SQLException {
    Map<String, String> row = row(key);
    set.forEach((column, value) -> row.computeIfPresent(column, (name, old) -> value(old, value)));
    return over(row, List.copyOf(set.keySet()));
  }

  /** A column that is set to itself stays as it is. */
  private static String value(String old, String value) {
    return value.startsWith("\"") ? old : value;
  }

  /** That row under its key, with these columns taken over. */
  String over(Map<String, String> row, List<String> columns) {
    Map<String, String> keys = new LinkedHashMap<>();
    on.rows().keys().forEach(key -> keys.put(key, key));
    String sets =
        columns.stream()
            .map(column -> view.columns().getOrDefault(column, column))
            .map(column -> column + " = EXCLUDED." + column)
            .collect(Collectors.joining(", "));
    return view.insertion(row)
        + " ON CONFLICT (%s) DO UPDATE SET %s"
            .formatted(String.join(", ", view.shown(keys).keySet()), sets);
  }

  private Map<String, String> row(String key) throws SQLException {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < on.inserted().size(); i++) {
      told.add("quote_nullable(%s::text) AS c%d".formatted(on.inserted().get(i), i));
    }
    Row row =
        Queries.rows(
                on.session().admin(),
                "SELECT %s FROM %s WHERE %s = %s"
                    .formatted(
                        String.join(", ", told),
                        on.name(),
                        TenantRows.keyText(on.rows().keys()),
                        literal(key)),
                Function.<Row>identity())
            .get(0);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < on.inserted().size(); i++) {
      values.put(on.inserted().get(i), row.text("c" + i));
    }
    return values;
  }

  @Override
  public String insertion(Map<String, String> row) {
    return view.insertion(row);
  }

  @Override
  public boolean asksFirst() {
    return view.asksFirst();
  }

  @Override
  public String code(Does does) {
    return view.code(does);
  }
}
