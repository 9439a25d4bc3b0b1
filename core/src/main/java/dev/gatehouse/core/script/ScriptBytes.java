package dev.gatehouse.core.script;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A script as bytes with a view ahead, however large it is. Everything that splits SQL is ASCII,
 * and no byte of a longer UTF-8 character is: bytes are as exact as characters, and data stays
 * data.
 *
 * @since 0.1
 */
public final class ScriptBytes {
  /** What stands behind the last byte. */
  public static final int END = -1;

  private static final int CHUNK = 64 * 1024;
  private static final int SHORT = 4 * 1024;

  private final InputStream in;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private byte[] buffer;
  private int at;
  private int limit;
  private int line = 1;
  private int put;
  private boolean keeping;

  /** Reads from there as it is asked; a mark of the byte order is passed over. */
  public ScriptBytes(InputStream in) throws IOException {
    this.in = in;
    // Most are one statement, asked for often; a stream may have more than it tells of.
    buffer = new byte[in.available() < SHORT ? SHORT : CHUNK];
    if (peek(0) == 0xEF && peek(1) == 0xBB && peek(2) == 0xBF) {
      at += 3;
    }
  }

  /** The line of the next byte, counted from 1. */
  public int line() {
    return line;
  }

  /** The byte so far ahead, or {@link #END}. */
  public int peek(int ahead) throws IOException {
    while (at + ahead >= limit) {
      if (!fill()) {
        return END;
      }
    }
    return buffer[at + ahead] & 0xFF;
  }

  /** Whether these come next. */
  public boolean startsWith(String ascii) throws IOException {
    for (int i = 0; i < ascii.length(); i++) {
      if (peek(i) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Passes over the next bytes, which have been seen. */
  public void take(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      peek(0);
      pass(1);
    }
  }

  /** Passes over the next bytes, which have been seen, and returns them. */
  public String takeText(int count) throws IOException {
    peek(count - 1);
    String text = new String(buffer, at, count, StandardCharsets.UTF_8);
    pass(count);
    return text;
  }

  /** Passes over the rest of the line, without its line feed, and returns it. */
  public String takeLine() throws IOException {
    keep();
    takeUntil('\n', '\n');
    return release(kept());
  }

  /** Passes over everything before one of these two bytes, or the end. */
  public void takeUntil(int one, int other) throws IOException {
    while (peek(0) != END) {
      int end = at;
      while (end < limit && buffer[end] != one && buffer[end] != other) {
        end++;
      }
      pass(end - at);
      if (at < limit) {
        return;
      }
    }
  }

  /**
   * Copies bytes up to a line, other than the one begun, that begins with these two, or as many as
   * can be had at once; returns how many, or {@link #END}. A copy never ends between a line feed
   * and what may be such a line.
   */
  public int copyBeforeLine(char first, char second, byte[] to, int offset, int length)
      throws IOException {
    if (peek(0) == END) {
      return END;
    }
    int end = at + Math.min(length, limit - at);
    int feeds = 0;
    int feed = LineFeeds.next(buffer, at, end);
    while (feed < end) {
      feeds++;
      if (feed + 1 < end
          && buffer[feed + 1] == first
          && (feed + 2 == end || buffer[feed + 2] == second)) {
        end = feed + 1;
      }
      feed = LineFeeds.next(buffer, feed + 1, end);
    }
    int count = end - at;
    System.arraycopy(buffer, at, to, offset, count);
    if (put > 0) {
      pass(count);
    } else {
      line += feeds;
      at = end;
    }
    return count;
  }

  /** Puts text in the place of so many bytes, which have been seen; its lines do not count. */
  public void replace(int length, String text) {
    at += length;
    put = Math.max(0, put - length);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] joined = new byte[bytes.length + (limit - at) + CHUNK];
    System.arraycopy(bytes, 0, joined, 0, bytes.length);
    System.arraycopy(buffer, at, joined, bytes.length, limit - at);
    limit = bytes.length + (limit - at);
    at = 0;
    buffer = joined;
    put += bytes.length;
  }

  /** Whether the next byte was put there by {@link #replace}. */
  public boolean isPut() {
    return put > 0;
  }

  /** From here on keeps what is passed over. */
  public void keep() {
    kept.reset();
    keeping = true;
  }

  /** How much is kept. */
  public int kept() {
    return kept.size();
  }

  /** The first so many bytes of what was kept; keeps no more. */
  public String release(int length) throws CharacterCodingException {
    keeping = false;
    ByteBuffer bytes = ByteBuffer.wrap(kept.toByteArray(), 0, length);
    return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
  }

  private void pass(int count) {
    if (keeping) {
      kept.write(buffer, at, count);
    }
    for (int i = 0; i < count; i++) {
      if (put > 0) {
        put--;
      } else if (buffer[at + i] == '\n') {
        line++;
      }
    }
    at += count;
  }

  private boolean fill() throws IOException {
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, limit - at);
      limit -= at;
      at = 0;
    }
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = in.read(buffer, limit, buffer.length - limit);
    limit += Math.max(0, read);
    return read > 0;
  }
}
