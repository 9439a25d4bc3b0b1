package dev.gatehouse.core.testkit.fault;

import dev.gatehouse.core.testkit.CanaryScanner;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An output stream that looks for a secret in what is written to it, also where one write ends and
 * the next begins, and hands everything on.
 *
 * <p>Thread-safe.
 */
public final class ScannedStream extends OutputStream {
  private static final int BATCH = 64 << 10;

  private final String place;
  private final CanaryScanner scanner;
  private final OutputStream next;
  private final Set<Leak> leaks = new LinkedHashSet<>();
  private byte[] waiting;
  private int length;
  private long count;

  /** A stream that keeps nothing. */
  public ScannedStream(String place, CanaryScanner scanner) {
    this(place, scanner, OutputStream.nullOutputStream());
  }

  /** A stream that hands on to another. */
  public ScannedStream(String place, CanaryScanner scanner, OutputStream next) {
    this.place = place;
    this.scanner = scanner;
    this.next = next;
    this.waiting = new byte[BATCH];
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int many) throws IOException {
    if (length + many > waiting.length) {
      waiting = Arrays.copyOf(waiting, length + many);
    }
    System.arraycopy(bytes, from, waiting, length, many);
    length += many;
    count += many;
    if (length >= BATCH) {
      scan();
    }
    next.write(bytes, from, many);
  }

  /** Scans what waits, and keeps of it what may be the beginning of a secret. */
  private void scan() {
    scanner.leaks(Arrays.copyOf(waiting, length)).forEach(form -> leaks.add(new Leak(place, form)));
    int keep = Math.min(length, scanner.longestForm() - 1);
    waiting = Arrays.copyOf(Arrays.copyOfRange(waiting, length - keep, length), BATCH + keep);
    length = keep;
  }

  /** What has been found so far. */
  public synchronized List<Leak> leaks() {
    scan();
    return new ArrayList<>(leaks);
  }

  /** Bytes that passed: a stream nobody wrote to is clean and proves nothing. */
  public synchronized long count() {
    return count;
  }

  @Override
  public void flush() throws IOException {
    next.flush();
  }
}
