package dev.gatehouse.core.artifact;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Bug;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * The digest of a set of rows: SHA-256 of each row's bytes, summed modulo 2^256. The sum does not
 * depend on the rows' order and, unlike an exclusive or, sees rows that come in pairs.
 *
 * <p>One thread at a time.
 *
 * @since 0.1
 */
public final class RowSetDigest {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final MessageDigest sha256 = Sha256.begin();
  private final byte[] digest = new byte[32];

  /** The sum, most significant part first. */
  private final long[] sum = new long[4];

  private long rows;

  /** More bytes of the row at hand. */
  public void update(byte[] bytes, int from, int length) {
    sha256.update(bytes, from, length);
  }

  /** The row at hand is whole, and another begins. */
  public void endOfRow() {
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

  /** What was fed of the row at hand was none. */
  public void forgetRow() {
    sha256.reset();
  }

  /** Adds what another digest counted and summed. */
  public void add(RowSetDigest other) {
    add(other.sum[0], other.sum[1], other.sum[2], other.sum[3]);
    rows += other.rows;
  }

  /** How many rows were whole. */
  public long rows() {
    return rows;
  }

  /** 64 hex digits. */
  public String sum() {
    return String.format("%016x%016x%016x%016x", sum[0], sum[1], sum[2], sum[3]);
  }

  private void add(long first, long second, long third, long fourth) {
    long carry = add(3, fourth, 0);
    carry = add(2, third, carry);
    carry = add(1, second, carry);
    add(0, first, carry);
  }

  private long add(int place, long addend, long carry) {
    long partial = sum[place] + addend;
    long total = partial + carry;
    sum[place] = total;
    boolean over =
        Long.compareUnsigned(partial, addend) < 0 || Long.compareUnsigned(total, carry) < 0;
    return over ? 1 : 0;
  }
}
