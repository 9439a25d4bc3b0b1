package dev.gatehouse.dsl.operation;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The last part of a program's output, in bounded memory. One thread at a time. */
final class OutputTail {
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

  void add(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      ring[(int) (written++ % KEPT)] = bytes[i];
    }
  }

  /** What was kept, readable; its head says how much came before. */
  String text() {
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
  static String end(String text) {
    int most = 1_500;
    return text.length() <= most ? text : "... " + text.substring(text.length() - most);
  }
}
