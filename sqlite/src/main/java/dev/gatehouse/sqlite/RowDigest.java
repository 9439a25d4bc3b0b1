package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.RowSetDigest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The digest of a set of rows, each over typed, length-prefixed values.
 *
 * <p>One thread at a time.
 */
final class RowDigest {
  static final String ALGORITHM = "sha256-sum";

  private static final int NULL = 0;
  private static final int INTEGER = 1;
  private static final int REAL = 2;
  private static final int TEXT = 3;
  private static final int BLOB = 4;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final RowSetDigest rows = new RowSetDigest();
  private final byte[] buffer = new byte[8_192];
  private int used;

  void nothing() {
    head(NULL);
  }

  void integer(long value) {
    head(INTEGER);
    number(value);
  }

  /** By its bits: the same number in another representation is another value. */
  void real(double value) {
    head(REAL);
    number(Double.doubleToRawLongBits(value));
  }

  /** By its bytes in the database's encoding, valid or not. */
  void text(byte[] value) {
    head(TEXT);
    bytes(value);
  }

  void blob(byte[] value) {
    head(BLOB);
    bytes(value);
  }

  void endOfRow() {
    flush();
    rows.endOfRow();
  }

  /** Adds what another digest counted and summed. */
  void add(RowDigest other) {
    rows.add(other.rows);
  }

  long rows() {
    return rows.rows();
  }

  /** Algorithm and value. */
  String text() {
    return ALGORITHM + ":" + rows.sum();
  }

  private void head(int kind) {
    // Room for the kind, a number and nothing else; longer values flush by themselves.
    if (used + 9 > buffer.length) {
      flush();
    }
    buffer[used++] = (byte) kind;
  }

  private void number(long value) {
    LONGS.set(buffer, used, value);
    used += 8;
  }

  private void bytes(byte[] value) {
    number(value.length);
    if (value.length > buffer.length - used) {
      flush();
    }
    if (value.length > buffer.length) {
      rows.update(value, 0, value.length);
    } else {
      System.arraycopy(value, 0, buffer, used, value.length);
      used += value.length;
    }
  }

  private void flush() {
    rows.update(buffer, 0, used);
    used = 0;
  }
}
