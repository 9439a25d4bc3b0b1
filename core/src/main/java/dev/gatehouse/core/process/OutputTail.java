package dev.gatehouse.core.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The last part of a program's output, in bounded memory. Thread-safe.
 *
 * @since 0.1
 */
public final class OutputTail {
  private static final int KEPT = 64 * 1024;

  /** Control sequences of terminals (ECMA-48), and control characters but tab and line feed. */
  private static final Pattern CONTROL =
      Pattern.compile(
          "\u001B\\[[0-?]*[ -/]*[@-~]"
              + "|\u001B[\\]PX^_].*?(?:\u0007|\u001B\\\\|$)"
              + "|\u001B[ -/]*[0-~]?"
              + "|[\\p{Cntrl}&&[^\n\t]]",
          Pattern.DOTALL);

  private final byte[] ring = new byte[KEPT];
  private long written;

  synchronized void add(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      ring[(int) (written++ % KEPT)] = bytes[i];
    }
  }

  /** All of it, to its end or until somebody closes it. */
  void addAll(InputStream output) {
    byte[] buffer = new byte[8192];
    try (output) {
      for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
        add(buffer, n);
      }
    } catch (IOException ended) {
      // Closed with the process: what was said until then is kept.
      return;
    }
  }

  /** What was kept, readable; its head says how much came before. */
  synchronized String text() {
    int length = (int) Math.min(written, KEPT);
    byte[] kept = new byte[length];
    long first = written - length;
    for (int i = 0; i < length; i++) {
      kept[i] = ring[(int) ((first + i) % KEPT)];
    }
    String text = CONTROL.matcher(new String(kept, StandardCharsets.UTF_8)).replaceAll("");
    return (first > 0 ? "(" + first + " bytes before) " : "") + text.strip();
  }

  /** The end of a text, short enough for a message. */
  public static String end(String text) {
    int most = 1_500;
    return text.length() <= most ? text : "... " + text.substring(text.length() - most);
  }
}
