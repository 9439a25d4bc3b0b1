package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the bytes that the server sends. Which accessor gives them differs from driver to driver:
 * MySQL's own turns texts into values of Java, MariaDB's has no bytes of numbers and dates.
 */
final class RowReading {
  private static final int CONTINUING = 1_024;

  private final Connection connection;
  private final boolean mariaDbDriver;

  private RowReading(Connection connection, boolean mariaDbDriver) {
    this.connection = connection;
    this.mariaDbDriver = mariaDbDriver;
  }

  static RowReading of(Connection connection) throws SQLException {
    String driver = String.valueOf(connection.getMetaData().getDriverName());
    return new RowReading(connection, driver.startsWith("MariaDB"));
  }

  /** Takes one row; the array is used again for the next. */
  @FunctionalInterface
  interface Sink {
    void row(byte[] @Nullable [] values) throws SQLException, IOException;
  }

  /** Reads all rows, holding one of them at a time. */
  void each(Table table, Runnable canceller, Progress progress, Sink sink)
      throws SQLException, IOException {
    try (Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      statement.setEscapeProcessing(false);
      statement.setFetchSize(mariaDbDriver ? 1_000 : Integer.MIN_VALUE);
      try (ResultSet rows = statement.executeQuery(table.select())) {
        boolean whole = false;
        try {
          each(rows, table.columns(), progress, sink);
          whole = true;
        } finally {
          if (!whole) {
            // Closing reads what is left of the answer, however long that is.
            canceller.run();
          }
        }
      }
    }
  }

  private void each(ResultSet rows, List<Column> columns, Progress progress, Sink sink)
      throws SQLException, IOException {
    byte[][] values = new byte[columns.size()][];
    for (long row = 1; rows.next(); row++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = value(rows, i + 1, columns.get(i).kind());
      }
      sink.row(values);
      if (row % CONTINUING == 0) {
        progress.continuing();
      }
    }
  }

  private byte @Nullable [] value(ResultSet rows, int column, ColumnKind kind) throws SQLException {
    if (mariaDbDriver && (kind.isPlain() || kind == ColumnKind.DOCUMENT)) {
      String text = rows.getString(column);
      return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
    return rows.getBytes(column);
  }
}
