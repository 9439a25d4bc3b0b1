package dev.gatehouse.core.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Breaks lines at blanks, so that nothing of them is cut. What has no blank, such as a path, stays
 * whole and may be wider.
 */
final class Wrapping {
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

  /** A name and what it says, as in {@code expected no rows}: what follows stands below that. */
  private static final Pattern FACT = Pattern.compile(" {2}\\S+(?: \\S+)* {2,}(?=\\S)");

  private static final int FACTS_AT = 12;

  private Wrapping() {}

  /** The line, and below it what it has no room for, pushed in by two more than itself. */
  static List<String> lines(String line, int columns) {
    List<String> lines = new ArrayList<>();
    String rest = line;
    String indent = " ".repeat(indent(COLOUR.matcher(line).replaceAll("")));
    while (width(rest) > columns) {
      int end = end(rest, lines.isEmpty() && indent.length() == FACTS_AT ? FACTS_AT : 0, columns);
      if (end < 0) {
        break;
      }
      lines.add(rest.substring(0, end).stripTrailing());
      rest = indent + rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  /** The text with each of its lines broken. */
  static String block(String text, int columns) {
    StringBuilder block = new StringBuilder();
    text.lines()
        .flatMap(line -> lines(line, columns).stream())
        .forEach(line -> block.append(line).append('\n'));
    return block.toString();
  }

  private static int indent(String line) {
    Matcher fact = FACT.matcher(line);
    if (fact.lookingAt() && fact.end() == FACTS_AT) {
      return FACTS_AT;
    }
    int blanks = 0;
    while (blanks < line.length() && line.charAt(blanks) == ' ') {
      blanks++;
    }
    return blanks + 2;
  }

  /** Behind the last word that has room, or behind the first one; -1 where there is no other. */
  private static int end(String line, int from, int columns) {
    int begin = from;
    while (begin < line.length() && line.charAt(begin) == ' ') {
      begin++;
    }
    int fits = -1;
    for (int blank = line.indexOf(' ', begin); blank >= 0; blank = line.indexOf(' ', blank + 1)) {
      boolean room = width(line.substring(0, blank)) <= columns;
      if (room || fits < 0) {
        fits = blank;
      }
      if (!room) {
        break;
      }
    }
    return fits >= 0 && line.substring(fits).isBlank() ? -1 : fits;
  }

  /** Wide characters count twice, colours not at all. */
  static int width(String text) {
    return COLOUR.matcher(text).replaceAll("").codePoints().map(c -> c < 0x1100 ? 1 : 2).sum();
  }
}
