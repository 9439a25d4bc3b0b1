package dev.gatehouse.mysql.backup;

import dev.gatehouse.mysql.sql.SqlNames;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table with rows of its own.
 *
 * @param engine as information_schema names it
 */
record Table(String name, String engine, List<Column> columns) {
  private static final String TRANSACTIONAL = "InnoDB";

  Table {
    columns = List.copyOf(columns);
  }

  /** Whether a snapshot holds its rows. */
  boolean isHeld() {
    return engine.equalsIgnoreCase(TRANSACTIONAL);
  }

  String quoted() {
    return SqlNames.quoted(name);
  }

  /** All rows, each column by name. */
  String select() {
    return columns.stream()
        .map(column -> column.kind().selected(column.quoted()))
        .collect(Collectors.joining(", ", "SELECT ", " FROM " + quoted()));
  }

  /** Its columns as an INSERT names them. */
  String columnList() {
    return columns.stream().map(Column::quoted).collect(Collectors.joining(", ", "(", ")"));
  }
}
