package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Bug;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One row of an answer of a server, read by the names its query gives to columns. NULL reads as the
 * empty text.
 *
 * <p>Immutable.
 *
 * @since 0.1
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

  /**
   * All that are left.
   *
   * @param sql the query, for those who used it wrongly
   */
  public static List<Row> all(String sql, ResultSet answer) throws SQLException {
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
   * @param name in letters of any case, as some products print all names in capitals
   * @throws Bug when the query has no column of that name, or several
   */
  public String text(String name) {
    List<Integer> at =
        IntStream.range(0, names.size())
            .filter(i -> names.get(i).equalsIgnoreCase(name))
            .boxed()
            .toList();
    if (at.size() != 1) {
      String found = at.isEmpty() ? "no column '" : "several columns '";
      throw new Bug(found + name + "' in " + described());
    }
    return values.get(at.get(0));
  }

  /**
   * The value of a column that not every version has; the first where several are called so.
   *
   * @param name in letters of any case
   */
  public Optional<String> found(String name) {
    return IntStream.range(0, names.size())
        .filter(i -> names.get(i).equalsIgnoreCase(name))
        .mapToObj(values::get)
        .findFirst();
  }

  /**
   * Whether it is true, as the products print it ({@code t}, {@code 1}); NULL is not.
   *
   * @throws Bug as {@link #text}, and when the column is no boolean
   */
  public boolean isTrue(String name) {
    return switch (text(name)) {
      case "t", "1" -> true;
      case "f", "0", "" -> false;
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
  public String only() {
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
