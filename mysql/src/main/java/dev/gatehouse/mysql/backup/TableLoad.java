package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.mysql.session.Queries;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Inserts the rows of a file, many at a time. Texts go in as bytes of their column's own character
 * set. A value too long for one statement is put together in a variable of the session first.
 *
 * <p>No LOAD DATA LOCAL: a session that may send a stream may be asked by the server for any file
 * of this machine.
 */
final class TableLoad {
  /** In characters; the least that servers take is 4 MiB. */
  private static final int STATEMENT = 1 << 20;

  /** MariaDB can have rows that a CHECK would refuse: what was in the source is in the copy. */
  static final String UNCHECKED = " /*M!100201 , check_constraint_checks = 0 */";

  /** In bytes; twice as many characters. */
  private static final int PIECE = 1 << 18;

  private static final long COMMITTED = 64L << 20;

  private final Connection session;
  private final Table table;
  private final String head;
  private final StringBuilder sql = new StringBuilder();
  private long uncommitted;

  private TableLoad(Connection session, Table table) {
    this.session = session;
    this.table = table;
    this.head = "INSERT INTO " + table.quoted() + " " + table.columnList() + " VALUES ";
  }

  /** What rows are inserted under. */
  static List<String> settings() {
    return List.of(
        "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
        "SET SESSION foreign_key_checks = 0, auto_increment_increment = 1,"
            + " auto_increment_offset = 1"
            + UNCHECKED);
  }

  /** All rows of the file; committed when it returns. */
  static void from(Path file, Connection session, Table table, Progress progress)
      throws SQLException, IOException {
    TableLoad load = new TableLoad(session, table);
    session.setAutoCommit(false);
    try (InputStream in = Files.newInputStream(file)) {
      RowLines.Reader rows = new RowLines.Reader(in, table.columns().size());
      for (byte[][] row = rows.next(); row != null; row = rows.next()) {
        load.add(row);
        progress.continuing();
      }
      load.flush();
      session.commit();
    } finally {
      session.setAutoCommit(true);
    }
  }

  private void add(byte[] @Nullable [] row) throws SQLException {
    StringBuilder values = new StringBuilder("(");
    for (int i = 0; i < row.length; i++) {
      values.append(i == 0 ? "" : ", ").append(value(table.columns().get(i), i, row[i]));
    }
    values.append(')');
    if (sql.length() + values.length() > STATEMENT) {
      flush();
    }
    sql.append(sql.isEmpty() ? head : ", ").append(values);
    if (values.indexOf("@gatehouse_") >= 0) {
      flush();
      forget(row);
    }
  }

  private String value(Column column, int at, byte @Nullable [] value) throws SQLException {
    if (value == null) {
      return "NULL";
    }
    if (!column.kind().takes(value)) {
      throw new SQLException("a value of column " + column.name() + " is none of its kind");
    }
    if (column.kind().isPlain()) {
      return column.kind().inserted("'" + new String(value, StandardCharsets.US_ASCII) + "'");
    }
    if (value.length > PIECE) {
      return column.kind().inserted(variable(at, value));
    }
    return column.kind().inserted(literal(value, 0, value.length));
  }

  private String variable(int at, byte[] value) throws SQLException {
    String name = "@gatehouse_" + at;
    execute("SET " + name + " = " + literal(value, 0, PIECE));
    for (int from = PIECE; from < value.length; from += PIECE) {
      int to = Math.min(value.length, from + PIECE);
      execute("SET " + name + " = CONCAT(" + name + ", " + literal(value, from, to) + ")");
    }
    return name;
  }

  /** Its bytes and nothing of a character set. */
  private static String literal(byte[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      if (value[i] < ' ' || value[i] > '~' || value[i] == '\'' || value[i] == '\\') {
        return "x'" + HexFormat.of().formatHex(value, from, to) + "'";
      }
    }
    return "_binary'" + new String(value, from, to - from, StandardCharsets.US_ASCII) + "'";
  }

  private void forget(byte[] @Nullable [] row) throws SQLException {
    for (int i = 0; i < row.length; i++) {
      byte[] value = row[i];
      if (value != null && value.length > PIECE) {
        execute("SET @gatehouse_" + i + " = NULL");
      }
    }
  }

  private void flush() throws SQLException {
    if (sql.isEmpty()) {
      return;
    }
    execute(sql.toString());
    uncommitted += sql.length();
    sql.setLength(0);
    if (uncommitted > COMMITTED) {
      session.commit();
      uncommitted = 0;
    }
  }

  private void execute(String text) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.executeUpdate(text);
    }
  }

  /** Prepares a session for all tables of a backup. */
  static void prepare(Connection session) throws SQLException {
    for (String setting : settings()) {
      Queries.run(session, setting);
    }
  }
}
