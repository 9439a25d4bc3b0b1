package dev.gatehouse.core.access;

import java.util.ArrayList;
import java.util.List;

/**
 * A name in which {@code *} stands for any run of characters and {@code {a,b}} for one of them;
 * every other character stands for itself: {@code {eng,vh}.*sensitive*}, in which {@code _} would
 * be an underscore.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class NamePattern {
  private static final int MOST = 256;

  private final String text;
  private final List<String> alternatives;

  private NamePattern(String text, List<String> alternatives) {
    this.text = text;
    this.alternatives = alternatives;
  }

  /**
   * The pattern of that text.
   *
   * @throws IllegalArgumentException when the pattern is blank, leaves a brace open, has braces
   *     within braces, or stands for more than {@value #MOST} names
   */
  public static NamePattern of(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("pattern is blank");
    }
    return new NamePattern(text, List.copyOf(expanded(text)));
  }

  private static List<String> expanded(String text) {
    int open = text.indexOf('{');
    if (open < 0) {
      return List.of(text);
    }
    int close = text.indexOf('}', open);
    if (close < 0) {
      throw new IllegalArgumentException("pattern '" + text + "' leaves a brace open");
    }
    String inside = text.substring(open + 1, close);
    if (inside.contains("{")) {
      throw new IllegalArgumentException("pattern '" + text + "' has a brace within a brace");
    }
    List<String> all = new ArrayList<>();
    List<String> endings = expanded(text.substring(close + 1));
    for (String one : inside.split(",", -1)) {
      for (String ending : endings) {
        all.add(text.substring(0, open) + one + ending);
      }
    }
    if (all.size() > MOST) {
      throw new IllegalArgumentException("pattern '" + text + "' stands for too many names");
    }
    return all;
  }

  /** Whether it matches the whole name. */
  public boolean matches(String name) {
    for (String alternative : alternatives) {
      if (is(alternative, name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it matches the object of that schema. What stands before the first dot that is not in
   * double quotes is for the schema, the rest for the object; without a dot it is all for the
   * object, in any schema. Either may be in double quotes, as SQL has them.
   *
   * @param schema without quotes, and so is the name
   */
  public boolean matches(String schema, String name) {
    for (String alternative : alternatives) {
      int dot = dot(alternative);
      if (is(unquoted(alternative.substring(dot + 1)), name)
          && (dot < 0 || is(unquoted(alternative.substring(0, dot)), schema))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it matches the column: by its name alone, with its table, or with both and the schema,
   * each part for itself.
   *
   * @param parts schema, table and column, without quotes
   */
  public boolean matchesColumn(List<String> parts) {
    return alternatives.stream().anyMatch(alternative -> isColumn(alternative, parts));
  }

  private static boolean isColumn(String alternative, List<String> parts) {
    List<String> asked = new ArrayList<>();
    String rest = alternative;
    for (int dot = dot(rest); dot >= 0; dot = dot(rest)) {
      asked.add(rest.substring(0, dot));
      rest = rest.substring(dot + 1);
    }
    asked.add(rest);
    int first = parts.size() - asked.size();
    for (int i = 0; first >= 0 && i < asked.size(); i++) {
      if (!is(unquoted(asked.get(i)), parts.get(first + i))) {
        return false;
      }
    }
    return first >= 0;
  }

  /**
   * Whether it could match an object of that schema which nobody has made yet; of any schema, when
   * that is empty.
   */
  boolean mayMatchIn(String schema) {
    return alternatives.stream()
        .anyMatch(
            alternative -> {
              int dot = dot(alternative);
              // what is named in full is there already: a pattern that matches nothing is refused
              return alternative.indexOf('*', dot + 1) >= 0
                  && (dot < 0
                      || schema.isEmpty()
                      || is(unquoted(alternative.substring(0, dot)), schema));
            });
  }

  private static String unquoted(String part) {
    boolean quoted = part.length() > 1 && part.startsWith("\"") && part.endsWith("\"");
    return quoted ? part.substring(1, part.length() - 1).replace("\"\"", "\"") : part;
  }

  private static int dot(String alternative) {
    boolean quoted = false;
    for (int i = 0; i < alternative.length(); i++) {
      if (alternative.charAt(i) == '.' && !quoted) {
        return i;
      }
      quoted ^= alternative.charAt(i) == '"';
    }
    return -1;
  }

  private static boolean is(String pattern, String name) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return name.equals(pattern);
    }
    int last = pattern.lastIndexOf('*');
    int end = name.length() - (pattern.length() - last - 1);
    if (end < star
        || !name.startsWith(pattern.substring(0, star))
        || !name.endsWith(pattern.substring(last + 1))) {
      return false;
    }
    int at = star;
    while (star < last) {
      int next = pattern.indexOf('*', star + 1);
      String part = pattern.substring(star + 1, next);
      int found = name.indexOf(part, at);
      if (found < 0 || found + part.length() > end) {
        return false;
      }
      at = found + part.length();
      star = next;
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
