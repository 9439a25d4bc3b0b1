package dev.gatehouse.postgres.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One text for expressions that are the same. The server prints {@code state in ('a', 'b')} of a
 * varchar as {@code (ARRAY['a', 'b'])::text[]}; when a dump gives it that text back, it casts each
 * element, and prints it so from then on. Here the casts always stand with the elements.
 */
final class CatalogueText {
  private static final String BEGIN = "(ARRAY[";
  private static final Pattern CAST = Pattern.compile("\\)::([^'\\[\\]]+?)\\[\\]");

  private CatalogueText() {}

  static String normalised(String text) {
    int at = text.indexOf(BEGIN);
    if (at < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int copied = 0;
    for (int i = 0; i < text.length(); i = next(text, i)) {
      if (i >= copied && text.startsWith(BEGIN, i)) {
        int close = closing(text, i + BEGIN.length());
        Matcher cast = CAST.matcher(text);
        if (close > 0 && cast.find(close + 1) && cast.start() == close + 1) {
          out.append(text, copied, i);
          out.append(cast(elements(text.substring(i + BEGIN.length(), close)), cast.group(1)));
          copied = cast.end();
        }
      }
    }
    return out.append(text, copied, text.length()).toString();
  }

  private static String cast(List<String> elements, String type) {
    List<String> each =
        elements.stream().map(element -> "(" + normalised(element) + ")::" + type).toList();
    return "ARRAY[" + String.join(", ", each) + "]";
  }

  /** Where the bracket closes that was opened before; -1 when it does not. */
  private static int closing(String text, int from) {
    int depth = 1;
    for (int i = from; i < text.length(); i = next(text, i)) {
      char c = text.charAt(i);
      depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
      if (depth == 0) {
        return c == ']' ? i : -1;
      }
    }
    return -1;
  }

  private static List<String> elements(String list) {
    List<String> elements = new ArrayList<>();
    int depth = 0;
    int begun = 0;
    for (int i = 0; i < list.length(); i = next(list, i)) {
      char c = list.charAt(i);
      depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
      if (depth == 0 && c == ',') {
        elements.add(list.substring(begun, i));
        begun = i + 2;
      }
    }
    elements.add(list.substring(begun));
    return elements;
  }

  /** Behind the character, or behind the whole text or name that it begins. */
  private static int next(String text, int at) {
    char quote = text.charAt(at);
    if (quote != '\'' && quote != '"') {
      return at + 1;
    }
    boolean escapes = quote == '\'' && at > 0 && text.charAt(at - 1) == 'E';
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != quote) {
      i += escapes && text.charAt(i) == '\\' ? 2 : 1;
    }
    // A doubled quote ends one text and begins another: the same to whoever counts brackets.
    return Math.min(i + 1, text.length());
  }
}
