package dev.gatehouse.mysql.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads a dump line by line, and an INSERT value by value: rows of a dump are INSERT statements of
 * constants into its own tables, or they are not taken.
 *
 * <p>One thread at a time.
 */
final class DumpRows {
  private static final byte[] INSERT = "INSERT INTO `".getBytes(StandardCharsets.US_ASCII);
  private static final int END = -1;

  private final InputStream in;
  private final Map<String, Table> tables = new HashMap<>();
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int filled;
  private int line = 1;
  private byte[] taken = new byte[1 << 16];
  private int length;

  DumpRows(InputStream in, Schema schema) {
    this.in = in;
    schema.tables().forEach(table -> tables.put(table.name(), table));
  }

  /** An INSERT as it stands in the dump, its semicolon left out. */
  record Insert(Table table, String sql, long rows) {}

  /** Something in the dump that no dump tool writes there. */
  static final class Unexpected extends IOException {
    final int line;

    Unexpected(int line, String what) {
      super(what);
      this.line = line;
    }
  }

  /** In which line of the dump it is, counted from one. */
  int line() {
    return line;
  }

  /** Whether an INSERT begins here; else the line is to be read. */
  boolean atInsert() throws IOException {
    if (filled - at < INSERT.length) {
      refill();
    }
    if (filled - at < INSERT.length) {
      return false;
    }
    for (int i = 0; i < INSERT.length; i++) {
      if (buffer[at + i] != INSERT[i]) {
        return false;
      }
    }
    return true;
  }

  boolean atEnd() throws IOException {
    return peek() == END;
  }

  /** The rest of the line, its end included. */
  String line(int most) throws IOException {
    length = 0;
    for (int c = take(); c != END && c != '\n'; c = take()) {
      if (length > most) {
        throw unexpected("a line of more than " + most + " bytes");
      }
    }
    return decoded(0, length);
  }

  /** The INSERT that begins here. */
  Insert insert() throws IOException {
    length = 0;
    expect("INSERT INTO ");
    Table table = tables.get(name());
    if (table == null) {
      throw unexpected("rows of a table that the backup does not name");
    }
    expect(" (");
    Set<String> columns = new HashSet<>();
    columns.add(name());
    while (peek() == ',') {
      expect(", ");
      columns.add(name());
    }
    expect(") VALUES");
    for (Column column : table.columns()) {
      if (!columns.contains(column.name())) {
        throw unexpected("rows of " + table.name() + " without column " + column.name());
      }
    }
    oneOf(" \n");
    row(columns.size());
    long rows = 1;
    for (; peek() == ','; rows++) {
      take();
      if (peek() == '\n') {
        take();
      }
      row(columns.size());
    }
    String sql = decoded(0, length);
    expect(";\n");
    return new Insert(table, sql, rows);
  }

  private void oneOf(String signs) throws IOException {
    if (signs.indexOf(take()) < 0) {
      throw unexpected("something other than rows");
    }
  }

  private void row(int columns) throws IOException {
    expect("(");
    value();
    for (int i = 1; i < columns; i++) {
      expect(",");
      value();
    }
    expect(")");
  }

  private void value() throws IOException {
    int c = peek();
    if (c == 'N') {
      expect("NULL");
    } else if (c == '\'') {
      take();
      constant();
    } else if (c == '_') {
      expect("_binary '");
      constant();
    } else if (c == '-' || isDigit(c)) {
      number();
    } else {
      throw unexpected("a value that is no constant");
    }
  }

  /** Hexadecimals, or a number with a point, an exponent and signs of its own. */
  private void number() throws IOException {
    if (peek() == '-') {
      take();
    }
    oneOf("0123456789");
    boolean hex = peek() == 'x';
    if (hex) {
      take();
    }
    for (int c = peek(); isDigit(c) || isOfNumber(c, hex); c = peek()) {
      take();
    }
  }

  private static boolean isOfNumber(int c, boolean hex) {
    return hex ? (c >= 'A' && c <= 'F') : c == '.' || c == 'e' || c == '+' || c == '-';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Up to its end: a quote within is doubled or behind a backslash. */
  private void constant() throws IOException {
    while (true) {
      int c = take();
      if (c == END) {
        throw unexpected("a text that does not end");
      }
      if (c == '\\') {
        take();
      } else if (c == '\'') {
        if (peek() != '\'') {
          return;
        }
        take();
      }
    }
  }

  private String name() throws IOException {
    expect("`");
    int from = length;
    while (true) {
      int c = take();
      if (c == END || c == '\n') {
        throw unexpected("a name that does not end");
      }
      if (c == '`') {
        if (peek() != '`') {
          return decoded(from, length - 1).replace("``", "`");
        }
        take();
      }
    }
  }

  private void expect(String words) throws IOException {
    for (int i = 0; i < words.length(); i++) {
      if (take() != words.charAt(i)) {
        throw unexpected("something other than " + words.strip() + " in rows");
      }
    }
  }

  private String decoded(int from, int to) throws IOException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(taken, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw unexpected("bytes that are not UTF-8");
    }
  }

  private Unexpected unexpected(String what) {
    return new Unexpected(line, what);
  }

  private int peek() throws IOException {
    if (at == filled) {
      refill();
    }
    return at == filled ? END : buffer[at] & 0xFF;
  }

  private int take() throws IOException {
    int c = peek();
    if (c != END) {
      at++;
      if (length == taken.length) {
        taken = Arrays.copyOf(taken, 2 * length);
      }
      taken[length] = (byte) c;
      length++;
      line += c == '\n' ? 1 : 0;
    }
    return c;
  }

  /** Keeps what was not taken yet. */
  private void refill() throws IOException {
    System.arraycopy(buffer, at, buffer, 0, filled - at);
    filled -= at;
    at = 0;
    while (filled < INSERT.length) {
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        return;
      }
      filled += read;
    }
  }
}
