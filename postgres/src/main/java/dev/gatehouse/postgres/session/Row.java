package dev.gatehouse.postgres.session;

import dev.gatehouse.core.outcome.Bug;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of an answer, read by the names its query gives to columns. NULL reads as the empty text.
 *
 * <p>Immutable.
 */
public final class Row {
  private final String sql;
  private final List<String> names;
  private final List<String> values;

  private Row(String sql, List<String> names, List<String> values) {
    this.sql = sql;
    this.names = names;
    this.values = List.copyOf(values);
  }

  /** All that are left. */
  static List<Row> all(String sql, ResultSet answer) throws SQLException {
    ResultSetMetaData head = answer.getMetaData();
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= head.getColumnCount(); i++) {
      names.add(head.getColumnLabel(i));
    }
    List<Row> all = new ArrayList<>();
    while (answer.next()) {
      List<String> values = new ArrayList<>(names.size());
      for (int i = 1; i <= names.size(); i++) {
        String value = answer.getString(i);
        values.add(value == null ? "" : value);
      }
      all.add(new Row(sql, names, values));
    }
    return all;
  }

  /**
   * The value as the server prints it.
   *
   * @throws Bug when the query has no column of that name, or several
   */
  public String text(String name) {
    int at = names.indexOf(name);
    if (at < 0 || at != names.lastIndexOf(name)) {
      throw new Bug((at < 0 ? "no column '" : "several columns '") + name + "' in " + described());
    }
    return values.get(at);
  }

  /**
   * Whether it is true; NULL is not.
   *
   * @throws Bug as {@link #text}, and when the column is no boolean
   */
  public boolean isTrue(String name) {
    return switch (text(name)) {
      case "t" -> true;
      case "f", "" -> false;
      default -> throw new Bug("column '" + name + "' is no boolean in " + described());
    };
  }

  /**
   * A whole number.
   *
   * @throws Bug as {@link #text}, and when the value is none, or NULL
   */
  public long number(String name) {
    try {
      return Long.parseLong(text(name));
    } catch (NumberFormatException e) {
      throw new Bug("column '" + name + "' is no whole number in " + described(), e);
    }
  }

  /** All values in their order, for queries of which only their equality matters. */
  public List<String> texts() {
    return values;
  }

  /**
   * The value of a query for one column.
   *
   * @throws Bug when it has more
   */
  String only() {
    if (values.size() != 1) {
      throw new Bug("more columns than one in " + described());
    }
    return values.get(0);
  }

  private String described() {
    return names + " of: " + sql;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
