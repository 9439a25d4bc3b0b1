package dev.gatehouse.sqlite;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Bug;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * The digest of a set of rows: SHA-256 of each row over typed, length-prefixed values, summed
 * modulo 2^256. The sum does not depend on the rows' order and, unlike an exclusive or, sees rows
 * that come in pairs.
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

  private final MessageDigest sha256 = Sha256.begin();
  private final byte[] digest = new byte[32];
  private final byte[] buffer = new byte[8_192];
  private int used;

  /** The sum, most significant part first. */
  private final long[] sum = new long[4];

  private long rows;

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
    sha256.update(buffer, 0, used);
    used = 0;
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new Bug("32 bytes hold a SHA-256", e);
    }
    add(
        (long) LONGS.get(digest, 0),
        (long) LONGS.get(digest, 8),
        (long) LONGS.get(digest, 16),
        (long) LONGS.get(digest, 24));
    rows++;
  }

  /** Adds what another digest counted and summed. */
  void add(RowDigest other) {
    add(other.sum[0], other.sum[1], other.sum[2], other.sum[3]);
    rows += other.rows;
  }

  long rows() {
    return rows;
  }

  /** Algorithm and value. */
  String text() {
    return String.format("%s:%016x%016x%016x%016x", ALGORITHM, sum[0], sum[1], sum[2], sum[3]);
  }

  private void add(long first, long second, long third, long fourth) {
    long carry = 0;
    long[] addend = {first, second, third, fourth};
    for (int i = 3; i >= 0; i--) {
      long partial = sum[i] + addend[i];
      long total = partial + carry;
      carry =
          Long.compareUnsigned(partial, addend[i]) < 0 || Long.compareUnsigned(total, carry) < 0
              ? 1
              : 0;
      sum[i] = total;
    }
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
      sha256.update(value);
    } else {
      System.arraycopy(value, 0, buffer, used, value.length);
      used += value.length;
    }
  }

  private void flush() {
    sha256.update(buffer, 0, used);
    used = 0;
  }
}
