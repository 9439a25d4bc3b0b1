package dev.gatehouse.postgres.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A definition as the server prints it: words, and brackets with what they hold. Names, texts and
 * the bodies of functions are one word each, whatever is in them.
 */
sealed interface DefinitionPart {

  record Word(String text) implements DefinitionPart {}

  /** {@code open} is a round or a square bracket. */
  record Bracket(char open, List<DefinitionPart> parts) implements DefinitionPart {
    public Bracket {
      parts = List.copyOf(parts);
    }
  }

  /** All of it; empty when its brackets or quotes do not close. */
  static Optional<List<DefinitionPart>> of(String text) {
    Reader reader = new Reader(text);
    List<DefinitionPart> parts = reader.parts((char) 0);
    return reader.whole ? Optional.of(parts) : Optional.empty();
  }

  /** One way to write it down. */
  static String written(List<DefinitionPart> parts) {
    StringBuilder out = new StringBuilder();
    write(parts, out);
    return out.toString();
  }

  private static void write(List<DefinitionPart> parts, StringBuilder out) {
    for (DefinitionPart part : parts) {
      if (part instanceof Word word) {
        out.append(word.text()).append(' ');
      } else if (part instanceof Bracket bracket) {
        out.append(bracket.open()).append(' ');
        write(bracket.parts(), out);
        out.append(bracket.open() == '(' ? ')' : ']').append(' ');
      }
    }
  }

  /** Reads one text from its begin to its end. */
  final class Reader {
    private static final String OPERATOR = "+-*/<>=~!@#%^&|`?:";

    private final String text;
    private int at;
    private boolean whole = true;

    private Reader(String text) {
      this.text = text;
    }

    private List<DefinitionPart> parts(char open) {
      List<DefinitionPart> parts = new ArrayList<>();
      while (at < text.length()) {
        char c = text.charAt(at);
        if (Character.isWhitespace(c)) {
          at++;
        } else if (c == '(' || c == '[') {
          at++;
          parts.add(new Bracket(c, parts(c)));
        } else if (c == ')' || c == ']') {
          at++;
          whole &= open == (c == ')' ? '(' : '[');
          return parts;
        } else {
          parts.add(new Word(word(c)));
        }
      }
      whole &= open == 0;
      return parts;
    }

    private String word(char first) {
      int begun = at;
      if (first == '\'' || first == '"') {
        quoted(first, false);
      } else if (first == '$') {
        dollars();
      } else if (OPERATOR.indexOf(first) >= 0) {
        run(c -> OPERATOR.indexOf(c) >= 0);
      } else if (Character.isJavaIdentifierPart(first)) {
        run(c -> Character.isJavaIdentifierPart(c) || c == '.');
        boolean prefix = at - begun == 1 && at < text.length() && text.charAt(at) == '\'';
        if (prefix) {
          quoted('\'', first == 'E');
        }
      } else {
        at++;
      }
      return text.substring(begun, at);
    }

    /** A doubled quote stands for itself and does not end it. */
    private void quoted(char quote, boolean escapes) {
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (escapes && c == '\\') {
          at++;
        } else if (c == quote) {
          at++;
          if (at == text.length() || text.charAt(at) != quote) {
            return;
          }
        }
      }
      at = Math.min(at, text.length());
      whole = false;
    }

    private void dollars() {
      int tag = text.indexOf('$', at + 1);
      String mark = tag < 0 ? "$" : text.substring(at, tag + 1);
      if (tag < 0
          || !mark.substring(1, mark.length() - 1).chars().allMatch(Character::isLetterOrDigit)) {
        at++; // a parameter, such as $1
        return;
      }
      int end = text.indexOf(mark, tag + 1);
      whole &= end >= 0;
      at = end < 0 ? text.length() : end + mark.length();
    }

    /** Which characters a word goes on with. */
    @FunctionalInterface
    private interface Goes {
      boolean on(char c);
    }

    private void run(Goes goes) {
      while (at < text.length() && goes.on(text.charAt(at))) {
        at++;
      }
    }
  }
}
