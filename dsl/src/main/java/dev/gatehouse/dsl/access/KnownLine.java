package dev.gatehouse.dsl.access;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Subject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a file of known findings: {@code privileges.excess | app | UPDATE | shop.orders | app
 * may only SELECT on shop.*}.
 *
 * @param step whose finding it was: tells whether a line that nobody finds any more is gone
 */
record KnownLine(String code, Subject subject, String step) implements Comparable<KnownLine> {
  private static final String BAR = " | ";
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-f]{4})|(.?))");

  /**
   * @throws IllegalArgumentException when it is no such line
   */
  static KnownLine parse(String line) {
    String[] fields = line.split(Pattern.quote(BAR), -1);
    if (fields.length != 5) {
      throw new IllegalArgumentException("it has " + fields.length + " fields, and not 5");
    }
    if (fields[0].isBlank() || fields[4].isBlank()) {
      throw new IllegalArgumentException("its first or its last field is empty");
    }
    Subject subject = new Subject(plain(fields[1]), plain(fields[2]), plain(fields[3]));
    return new KnownLine(plain(fields[0]), subject, plain(fields[4]));
  }

  static List<KnownLine> of(String step, Finding finding) {
    return finding.subjects().stream()
        .map(subject -> new KnownLine(finding.code(), subject, step))
        .toList();
  }

  /** Characters that would end a field or a line, or act on a terminal, are written as numbers. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        escaped.append("\\\\");
      } else if (c == '|' || acts(c)) {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static boolean acts(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private static String plain(String field) {
    Matcher matcher = ESCAPE.matcher(field);
    return matcher.replaceAll(
        found -> {
          if (found.group(1) != null) {
            char c = (char) Integer.parseInt(found.group(1), 16);
            return Matcher.quoteReplacement(String.valueOf(c));
          }
          if (!"\\".equals(found.group(2))) {
            throw new IllegalArgumentException("it has a \\ that escapes nothing");
          }
          return Matcher.quoteReplacement("\\");
        });
  }

  @Override
  public int compareTo(KnownLine other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return String.join(
        BAR,
        escaped(code),
        escaped(subject.who()),
        escaped(subject.what()),
        escaped(subject.on()),
        escaped(step));
  }
}
