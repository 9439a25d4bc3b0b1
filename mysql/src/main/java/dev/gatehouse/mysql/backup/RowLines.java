package dev.gatehouse.mysql.backup;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows as LOAD DATA reads them by default: columns end with a tab, rows with a line feed, a
 * backslash stands before what would be one of these, {@code \N} is NULL.
 */
final class RowLines {
  private static final int BUFFER = 1 << 16;

  private RowLines() {}

  /** Writes rows; one thread at a time. The stream is the caller's to close. */
  static final class Writer {
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER];
    private int used;
    private long written;

    Writer(OutputStream out) {
      this.out = out;
    }

    void write(byte[] @Nullable [] row) throws IOException {
      for (int i = 0; i < row.length; i++) {
        if (i > 0) {
          put((byte) '\t');
        }
        byte[] value = row[i];
        if (value == null) {
          put((byte) '\\');
          put((byte) 'N');
        } else {
          escaped(value);
        }
      }
      put((byte) '\n');
    }

    private void escaped(byte[] value) throws IOException {
      int from = 0;
      for (int i = 0; i < value.length; i++) {
        char sign =
            switch (value[i]) {
              case '\t' -> 't';
              case '\n' -> 'n';
              case '\\' -> '\\';
              case 0 -> '0';
              default -> 0;
            };
        if (sign != 0) {
          put(value, from, i);
          pair(sign);
          from = i + 1;
        }
      }
      put(value, from, value.length);
    }

    private void put(byte[] value, int from, int to) throws IOException {
      int length = to - from;
      if (length > buffer.length - used) {
        flush();
      }
      if (length > buffer.length) {
        out.write(value, from, length);
        written += length;
      } else {
        System.arraycopy(value, from, buffer, used, length);
        used += length;
      }
    }

    private void pair(char sign) throws IOException {
      put((byte) '\\');
      put((byte) sign);
    }

    private void put(byte one) throws IOException {
      if (used == buffer.length) {
        flush();
      }
      buffer[used++] = one;
    }

    /** Hands everything on. */
    void flush() throws IOException {
      out.write(buffer, 0, used);
      written += used;
      used = 0;
    }

    /** In bytes, so far. */
    long written() {
      return written + used;
    }
  }

  /** Reads rows; one thread at a time. The stream is the caller's to close. */
  static final class Reader {
    private final InputStream in;
    private final int columns;
    private final ByteArrayOutputStream value = new ByteArrayOutputStream();

    Reader(InputStream in, int columns) {
      this.in = new BufferedInputStream(in, BUFFER);
      this.columns = columns;
    }

    /**
     * The next row; null at the end.
     *
     * @throws IOException when what is there is not a whole row of so many columns
     */
    byte @Nullable [] @Nullable [] next() throws IOException {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      byte[][] row = new byte[columns][];
      int at = 0;
      int one = first;
      while (true) {
        boolean isNull = false;
        value.reset();
        while (one != '\t' && one != '\n') {
          if (one < 0) {
            throw new EOFException("the last row does not end");
          }
          if (one == '\\') {
            int sign = in.read();
            if (sign == 'N' && value.size() == 0) {
              isNull = true;
            } else {
              value.write(unescaped(sign));
            }
          } else {
            value.write(one);
          }
          one = in.read();
        }
        if (at == columns || (isNull && value.size() > 0)) {
          throw new IOException("a row has more than " + columns + " columns, or half a NULL");
        }
        row[at++] = isNull ? null : value.toByteArray();
        if (one == '\n') {
          break;
        }
        one = in.read();
      }
      if (at < columns) {
        throw new IOException("a row has " + at + " columns and not " + columns);
      }
      return row;
    }

    private static int unescaped(int sign) throws IOException {
      return switch (sign) {
        case 't' -> '\t';
        case 'n' -> '\n';
        case '\\' -> '\\';
        case '0' -> 0;
        default -> throw new IOException("an escape that no backup writes");
      };
    }
  }
}
