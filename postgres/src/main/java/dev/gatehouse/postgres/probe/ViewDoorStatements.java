package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.policy.BuiltView;
import dev.gatehouse.postgres.policy.PrintedView;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.session.SqlNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Statements on a view that takes changes on to a table.
 *
 * @param view quoted
 * @param columns of the view by those of the table, both quoted
 * @param readable quoted columns of the view that the role may read
 * @param checks whether it takes only rows that it would show, which is asked last
 */
record ViewDoorStatements(
    String view, Map<String, String> columns, List<String> readable, boolean checks)
    implements AnswerDoor.Statements {

  static ViewDoorStatements of(BuiltView view, PrintedView query, List<String> readable) {
    Map<String, String> columns = new LinkedHashMap<>();
    query
        .columns()
        .forEach(
            (shown, column) ->
                columns.putIfAbsent(SqlNames.quoted(column), SqlNames.quoted(shown)));
    return new ViewDoorStatements(view.quoted(), columns, readable, view.checks());
  }

  /** A row of the table as one of the view; what it does not show is left out. */
  Map<String, String> shown(Map<String, String> row) {
    Map<String, String> shown = new LinkedHashMap<>();
    row.forEach(
        (column, value) -> {
          String name = columns.get(column);
          if (name != null) {
            shown.put(name, columns.getOrDefault(value, value));
          }
        });
    return shown;
  }

  @Override
  public String deletion() {
    return "DELETE FROM " + view;
  }

  @Override
  public String update(String key, Map<String, String> set) {
    return update(set);
  }

  String update(Map<String, String> set) {
    return "UPDATE " + view + " SET " + TableDoor.assigned(shown(set));
  }

  @Override
  public String insertion(Map<String, String> row) {
    Map<String, String> shown = shown(row);
    return "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)"
        .formatted(view, String.join(", ", shown.keySet()), String.join(", ", shown.values()));
  }

  @Override
  public boolean asksFirst() {
    return !checks;
  }

  @Override
  public String code(Does does) {
    return does.code;
  }
}
