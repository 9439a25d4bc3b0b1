package dev.gatehouse.core.script;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks for line feeds eight bytes at a time: of data that streams by, that search is otherwise
 * most of the work.
 *
 * @since 0.1
 */
public final class LineFeeds {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private LineFeeds() {}

  /** Where the next one is, from there on; {@code to} when there is none before it. */
  public static int next(byte[] bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long zeroWhereOne = (long) LONGS.get(bytes, at) ^ ('\n' * EACH);
      // A borrow can only reach bytes above the first zero, so the lowest bit is exact.
      long found = (zeroWhereOne - EACH) & ~zeroWhereOne & HIGH;
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at;
  }
}
