package dev.gatehouse.postgres.archive;

import dev.gatehouse.core.artifact.RowSetDigest;
import dev.gatehouse.core.json.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Counts and digests the rows of one table as COPY writes them: a line each, in which no value has
 * a line end of its own. What a dump puts behind the last row, {@code \.} and empty lines, is none.
 *
 * <p>Rows may be of any size and come in pieces of any size. One thread at a time.
 */
public final class CopyText extends OutputStream {
  /** How each digest begins; which columns it is of follows. Compared only when that is equal. */
  public static final String ALGORITHM = "pg-copytext-sha256-sum";

  /** Of the sum. */
  public static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

  private static final int NAMED = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long LINE_ENDS = 0x0a0a0a0a0a0a0a0aL;
  private static final long LOW = 0x7f7f7f7f7f7f7f7fL;

  private final RowSetDigest rows = new RowSetDigest();
  private final String prefix;

  /** Of the line at hand: how long it is so far, and its first two bytes. */
  private long length;

  private int first;
  private int second;
  private boolean ended;

  /**
   * @param columns in the order in which each row has its values: under other names, or in another
   *     order, the same text is another content
   */
  public CopyText(List<String> columns) {
    String names = Sha256.of(String.join("\0", columns)).substring(0, NAMED);
    this.prefix = ALGORITHM + "(" + names + "):";
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    int end = from + count;
    int at = from;
    for (int line = lineEnd(bytes, at, end); line >= 0; line = lineEnd(bytes, at, end)) {
      part(bytes, at, line - at);
      endOfLine();
      at = line + 1;
    }
    part(bytes, at, end - at);
  }

  private void part(byte[] bytes, int from, int count) {
    for (int i = 0; i < count && length + i < 2; i++) {
      if (length + i == 0) {
        first = bytes[from];
      } else {
        second = bytes[from + i];
      }
    }
    length += count;
    rows.update(bytes, from, count);
  }

  private void endOfLine() throws IOException {
    if (ended) {
      if (length > 0) {
        throw new IOException("something stands behind the end of its rows");
      }
    } else if (length == 2 && first == '\\' && second == '.') {
      ended = true;
      rows.forgetRow();
    } else {
      rows.endOfRow();
    }
    length = 0;
  }

  /** Eight bytes at a time. */
  private static int lineEnd(byte[] bytes, int from, int end) {
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long others = (long) LONGS.get(bytes, at) ^ LINE_ENDS;
      long zeros = ~((others & LOW) + LOW | others | LOW);
      if (zeros != 0) {
        return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
    }
    for (; at < end; at++) {
      if (bytes[at] == '\n') {
        return at;
      }
    }
    return -1;
  }

  public long rows() {
    return rows.rows();
  }

  /** Whether the end of the rows was among them, as a dump has it. */
  boolean ended() {
    return ended && length == 0;
  }

  /** Algorithm, columns and value; every line must be whole. */
  public String digest() throws IOException {
    if (length > 0) {
      throw new IOException("its last row has no end");
    }
    return prefix + rows.sum();
  }
}
