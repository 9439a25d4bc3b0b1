package dev.gatehouse.postgres.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * An expression as the server prints it, cut into what stands in it. The server puts parentheses
 * around whatever an operator, AND, OR or NOT holds together, so that nothing has to be known of
 * precedence.
 */
public record PrintedExpression(String text, List<Piece> pieces) {

  public enum Kind {
    WORD,
    TEXT,
    NUMBER,
    SIGN,
    GROUP
  }

  /**
   * A word, sign, literal, or what stands in parentheses.
   *
   * @param text as it is printed; of a group with its parentheses
   * @param inner what stands in a group
   */
  public record Piece(Kind kind, String text, int start, int end, List<Piece> inner) {
    public boolean is(String wanted) {
      return text.equals(wanted) && kind != Kind.TEXT;
    }

    public boolean isGroup(char open) {
      return kind == Kind.GROUP && text.charAt(0) == open;
    }

    /** Words of the language are printed in capitals, and names in capitals in quotes. */
    public boolean isKeyword() {
      return kind == Kind.WORD && Character.isUpperCase(text.charAt(0));
    }

    public boolean isName() {
      return kind == Kind.WORD && !isKeyword();
    }

    /** Of a name or a text: what it says. */
    public String said() {
      int from = text.indexOf(kind == Kind.TEXT ? '\'' : '"') + 1;
      if (from == 0) {
        return text;
      }
      String quote = text.substring(from - 1, from);
      String said = text.substring(from, text.length() - 1).replace(quote + quote, quote);
      return from > 1 ? said.replace("\\\\", "\\") : said;
    }
  }

  private static final String SIGNS = "+-*/<>=~!@#%^&|`?";

  /**
   * Divides it.
   *
   * @throws IllegalArgumentException when it is not what a server prints
   */
  public static PrintedExpression of(String text) {
    Deque<List<Piece>> open = new ArrayDeque<>();
    Deque<Integer> starts = new ArrayDeque<>();
    open.push(new ArrayList<>());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '(' || c == '[') {
        starts.push(at);
        open.push(new ArrayList<>());
        at++;
      } else if (c == ')' || c == ']') {
        if (starts.isEmpty()) {
          throw new IllegalArgumentException("closed and never opened: " + text);
        }
        List<Piece> inner = open.pop();
        int start = starts.pop();
        at++;
        top(open).add(new Piece(Kind.GROUP, text.substring(start, at), start, at, inner));
      } else if (Character.isWhitespace(c)) {
        at++;
      } else {
        int end = after(text, at);
        top(open).add(new Piece(kind(c, text, at), text.substring(at, end), at, end, List.of()));
        at = end;
      }
    }
    if (!starts.isEmpty()) {
      throw new IllegalArgumentException("opened and never closed: " + text);
    }
    return new PrintedExpression(text, List.copyOf(open.pop()));
  }

  private static List<Piece> top(Deque<List<Piece>> open) {
    return open.element();
  }

  private static boolean quotes(String text, int at) {
    return text.charAt(at) == '\''
        || ("EBX".indexOf(text.charAt(at)) >= 0 && text.startsWith("'", at + 1));
  }

  private static Kind kind(char c, String text, int at) {
    if (quotes(text, at)) {
      return Kind.TEXT;
    }
    if (Character.isDigit(c)) {
      return Kind.NUMBER;
    }
    return c == '"' || Character.isJavaIdentifierStart(c) ? Kind.WORD : Kind.SIGN;
  }

  private static int after(String text, int at) {
    char c = text.charAt(at);
    if (quotes(text, at)) {
      return afterQuoted(text, c == '\'' ? at : at + 1, c == 'E');
    }
    if (c == '"') {
      return afterQuoted(text, at, false);
    }
    int end = at + 1;
    if (Character.isDigit(c)) {
      while (end < text.length()
          && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
        end++;
      }
    } else if (Character.isJavaIdentifierStart(c)) {
      while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
        end++;
      }
    } else if (text.startsWith("::", at)) {
      end = at + 2;
    } else if (SIGNS.indexOf(c) >= 0) {
      while (end < text.length() && SIGNS.indexOf(text.charAt(end)) >= 0) {
        end++;
      }
    }
    return end;
  }

  private static int afterQuoted(String text, int at, boolean escapes) {
    char quote = text.charAt(at);
    int end = at + 1;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '\\' && escapes) {
        end++;
      } else if (c == quote) {
        if (!text.startsWith(String.valueOf(quote), end + 1)) {
          return end + 1;
        }
        end++;
      }
      end++;
    }
    throw new IllegalArgumentException("a quote without an end: " + text);
  }
}
