package dev.gatehouse.core.report;

import java.util.List;
import java.util.Locale;

/**
 * Text from outside, made harmless to print. Characters that act instead of being seen (controls,
 * escape sequences, direction overrides, invisible ones) become visible: a backslash, a u and four
 * hex digits. They are not dropped: a dropped sequence could hide a statement from its reviewer.
 */
public final class Plain {

  private Plain() {}

  /** The text as one line. */
  public static String line(String text) {
    return visible(text, false);
  }

  /** The text as its lines, tabs kept: SQL is to be read as it is. */
  static List<String> lines(String text) {
    return text.lines().map(line -> visible(line, true)).toList();
  }

  /** The text as a block of lines. */
  static String block(String text) {
    return String.join("\n", lines(text));
  }

  /** The name in quotes, as messages write it. */
  static String quoted(String name) {
    return "'" + line(name) + "'";
  }

  private static String visible(String text, boolean tabs) {
    StringBuilder visible = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (!acts(c) || (tabs && c == '\t')) {
                visible.appendCodePoint(c);
              } else {
                visible.append(escape(c));
              }
            });
    return visible.toString();
  }

  static boolean acts(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      // U+FFFE, U+FFFF and the like: no file of text may hold them, and XML must not.
      case Character.UNASSIGNED -> (codePoint & 0xFFFE) == 0xFFFE;
      default -> false;
    };
  }

  static String escape(int codePoint) {
    return Character.isBmpCodePoint(codePoint)
        ? String.format(Locale.ROOT, "\\u%04x", codePoint)
        : escape(Character.highSurrogate(codePoint)) + escape(Character.lowSurrogate(codePoint));
  }
}
