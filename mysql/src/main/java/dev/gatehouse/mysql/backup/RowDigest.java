package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Bug;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows and a digest that does not depend on their order: SHA-256 over each row, of which the first
 * eight bytes are added up modulo 2<sup>64</sup>. A row is the number of its columns and of each,
 * by name, its length and its bytes, or -1 where it is NULL: two rows that differ are never the
 * same bytes. Equal rows are counted as often as they occur.
 */
final class RowDigest {
  static final String ALGORITHM = "my-rowbytes-sha256-sum64";

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,30}");
  private static final BigInteger LARGEST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  private final MessageDigest sha256 = Sha256.begin();
  private final byte[] digest = new byte[32];
  private final byte[] buffer = new byte[8_192];
  private final int[] order;
  private final int counting;
  private BigInteger highest = BigInteger.ZERO;
  private int used;
  private long sum;
  private long rows;

  RowDigest(List<Column> columns) {
    List<Integer> byName = new ArrayList<>();
    int counter = -1;
    for (int i = 0; i < columns.size(); i++) {
      byName.add(i);
      counter = columns.get(i).counting() ? i : counter;
    }
    byName.sort(Comparator.comparing(i -> columns.get(i).name()));
    order = byName.stream().mapToInt(Integer::intValue).toArray();
    counting = counter;
  }

  void add(byte[] @Nullable [] row) {
    length(row.length);
    for (int at : order) {
      byte[] value = row[at];
      if (value == null) {
        length(-1);
      } else {
        length(value.length);
        bytes(value);
      }
    }
    flush();
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new Bug("32 bytes hold a SHA-256", e);
    }
    sum += (long) LONGS.get(digest, 0);
    rows++;
    byte[] counted = counting < 0 ? null : row[counting];
    if (counted != null) {
      highest = highest.max(whole(counted));
    }
  }

  /** A counter of a type with fractions gives whole numbers, too. */
  private static BigInteger whole(byte[] value) {
    String text = new String(value, StandardCharsets.US_ASCII);
    return WHOLE.matcher(text).matches() ? new BigInteger(text) : BigInteger.ZERO;
  }

  private void length(long value) {
    if (used + 8 > buffer.length) {
      flush();
    }
    LONGS.set(buffer, used, value);
    used += 8;
  }

  private void bytes(byte[] value) {
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

  /**
   * The next number that AUTO_INCREMENT may give when these rows are in the table again: a counter
   * that lags behind them, as MariaDB's does after an UPDATE of the column, is moved by inserting
   * them.
   *
   * @param counter as the server tells it
   */
  String next(BigInteger counter) {
    return counter.max(highest.add(BigInteger.ONE)).min(LARGEST).toString();
  }

  TableContent content(String table) {
    return new TableContent(table, rows, String.format("%s:%016x", ALGORITHM, sum));
  }
}
