package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.StepState;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * What the place that is printed to can do. Colour only ever repeats what a word says.
 *
 * @param colour whether colours are used
 * @param rewrites whether one line can be written again in place
 * @param unicode whether symbols beyond ASCII can be encoded
 * @param columns width in characters
 */
record Screen(boolean colour, boolean rewrites, boolean unicode, int columns) {

  /** The colours, by what they mean. */
  enum Tone {
    GOOD("32"),
    BAD("31"),
    UNSURE("33"),
    HEAD("1"),
    PLAIN("");

    private final String code;

    Tone(String code) {
      this.code = code;
    }
  }

  /** Clears the line that is being rewritten. */
  static final String CLEAR = "\r\u001b[2K";

  private static final String SYMBOLS = "✓✗?▸↩…–";
  private static final String FALLBACK = "*x?><.-";

  /** NO_COLOR beats FORCE_COLOR: an escape too many does more harm than a colour too few. */
  static Screen of(boolean terminal, Charset charset, Map<String, String> environment) {
    boolean dumb = "dumb".equals(environment.get("TERM"));
    String force = environment.getOrDefault("FORCE_COLOR", "");
    boolean never = !environment.getOrDefault("NO_COLOR", "").isEmpty() || force.equals("0");
    boolean colour = !never && (!force.isEmpty() || (terminal && !dumb));
    return new Screen(colour, terminal && !dumb, encodes(charset), columns(environment));
  }

  private static boolean encodes(Charset charset) {
    return charset.canEncode() && charset.newEncoder().canEncode(SYMBOLS);
  }

  private static int columns(Map<String, String> environment) {
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 80;
  }

  String paint(Tone tone, String text) {
    return colour && !tone.code.isEmpty() && !text.isEmpty()
        ? "\u001b[" + tone.code + "m" + text + "\u001b[0m"
        : text;
  }

  char symbol(StepState state) {
    int place =
        switch (state) {
          case PASSED, SUCCEEDED -> 0;
          case FAILED, FAILED_CLEAN, FAILED_PARTIAL, UNDO_FAILED -> 1;
          case INCONCLUSIVE, IN_DOUBT -> 2;
          case INTENT -> 3;
          case UNDOING, UNDONE -> 4;
          case WAITING -> 5;
          case PENDING, SKIPPED -> 6;
        };
    return (unicode ? SYMBOLS : FALLBACK).charAt(place);
  }

  static Tone tone(StepState state) {
    return switch (state) {
      case PASSED, SUCCEEDED -> Tone.GOOD;
      case FAILED, FAILED_CLEAN, FAILED_PARTIAL, UNDO_FAILED -> Tone.BAD;
      case INCONCLUSIVE, IN_DOUBT, UNDOING, UNDONE, WAITING, SKIPPED -> Tone.UNSURE;
      case PENDING, INTENT -> Tone.PLAIN;
    };
  }

  /** Both in one line: the name is cut before the facts are. Wide characters count twice. */
  String fitting(String name, String facts) {
    return cut(cut(name, columns - 1 - Wrapping.width(facts)) + facts, columns - 1);
  }

  private static String cut(String text, int columns) {
    int end = text.length();
    while (end > 0 && Wrapping.width(text.substring(0, end)) > columns) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end);
  }
}
