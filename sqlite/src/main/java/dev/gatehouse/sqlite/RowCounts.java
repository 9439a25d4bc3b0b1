package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Progress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Definitions, and how many rows each table has. */
final class RowCounts {
  /** In the place of a table's digest. */
  static final String COUNTED = "counted";

  private RowCounts() {}

  /** Counts in the tables themselves: an index of one may say otherwise. */
  static Content of(Connection connection, Progress progress) throws SQLException {
    progress.interruptibleBy(Driver.canceller(connection));
    String schema = Schema.digest(connection);
    List<TableContent> tables = new ArrayList<>();
    List<String> missing = StandInCollations.missing(connection);
    try (StandInCollations standIns = StandInCollations.on(connection, missing)) {
      for (Schema.Table table : Schema.tables(connection)) {
        progress.continuing();
        String from = "main." + SqlNames.quoted(table.name()) + " NOT INDEXED";
        long rows = Queries.number(connection, "SELECT count(*) FROM " + from);
        tables.add(new TableContent(table.name(), rows, COUNTED));
      }
      standIns.requireUnused();
    }
    return new Content(schema, tables);
  }
}
