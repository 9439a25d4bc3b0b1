package dev.gatehouse.postgres.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The conditions that the outermost AND or OR of an expression holds together, as the server prints
 * expressions. What stands in parentheses, quotes or between CASE and END is one thing.
 *
 * @param word AND or OR; empty when there is one condition only
 */
record Terms(String word, List<String> all) {

  static Terms of(String expression) {
    String inner = expression.strip();
    while (wrapped(inner)) {
      inner = inner.substring(1, inner.length() - 1).strip();
    }
    Terms or = split(inner, "OR");
    Terms terms = or.all().size() > 1 ? or : split(inner, "AND");
    return terms.all().size() > 1 ? terms : new Terms("", List.of(inner));
  }

  /** The expression without each of its terms in turn; nothing when there is only one. */
  List<String> withoutOne() {
    List<String> shorter = new ArrayList<>();
    for (int i = 0; all.size() > 1 && i < all.size(); i++) {
      List<String> rest = new ArrayList<>(all);
      rest.remove(i);
      shorter.add("(" + String.join(") " + word + " (", rest) + ")");
    }
    return shorter;
  }

  /** Whether its first parenthesis is closed by its last one. */
  private static boolean wrapped(String text) {
    if (!text.startsWith("(") || !text.endsWith(")")) {
      return false;
    }
    int depth = 0;
    for (int i = 0; i < text.length(); i = next(text, i)) {
      depth += step(text.charAt(i));
      if (depth == 0) {
        return i == text.length() - 1;
      }
    }
    return false;
  }

  private static int step(char c) {
    return switch (c) {
      case '(', '[' -> 1;
      case ')', ']' -> -1;
      default -> 0;
    };
  }

  private static Terms split(String text, String wanted) {
    List<String> terms = new ArrayList<>();
    int depth = 0;
    int cases = 0;
    boolean between = false;
    int begin = 0;
    int i = 0;
    while (i < text.length()) {
      int end = next(text, i);
      String word = text.substring(i, end).toUpperCase(Locale.ROOT);
      depth += step(text.charAt(i));
      if (depth == 0) {
        cases += word.equals("CASE") ? 1 : word.equals("END") ? -1 : 0;
        if (cases == 0 && word.equals("AND") && between) {
          between = false;
        } else if (cases == 0 && word.equals(wanted)) {
          terms.add(text.substring(begin, i).strip());
          begin = end;
        } else if (cases == 0 && word.equals("BETWEEN")) {
          between = true;
        }
      }
      i = end;
    }
    terms.add(text.substring(begin).strip());
    return new Terms(wanted, List.copyOf(terms));
  }

  /** Where the next thing begins: a word, a quoted text or name, or a single character is one. */
  private static int next(String text, int at) {
    char c = text.charAt(at);
    if (c == '\'' || c == '"') {
      return afterQuoted(text, at, false);
    }
    if (!Character.isJavaIdentifierStart(c)) {
      return at + 1;
    }
    int end = at;
    while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
      end++;
    }
    boolean escaped = end == at + 1 && (c == 'E' || c == 'e');
    return escaped && end < text.length() && text.charAt(end) == '\''
        ? afterQuoted(text, end, true)
        : end;
  }

  private static int afterQuoted(String text, int at, boolean escapes) {
    char quote = text.charAt(at);
    int i = at + 1;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\\' && escapes) {
        i++;
      } else if (c == quote) {
        if (i + 1 >= text.length() || text.charAt(i + 1) != quote) {
          return i + 1;
        }
        i++;
      }
      i++;
    }
    return text.length();
  }
}
