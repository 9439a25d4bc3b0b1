package dev.gatehouse.dsl.file;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A place in a source that holds SQL somewhere, in whatever language: goes from word to word, over
 * line ends, comments, and the seams of texts that are put together.
 */
final class SqlCursor {
  private static final String QUOTES = "\"'`";

  private final String text;
  private int at;

  SqlCursor(String text, int at) {
    this.text = text;
    this.at = at;
  }

  int at() {
    return at;
  }

  void moveTo(int place) {
    at = place;
  }

  char here() {
    return charAt(at);
  }

  private char charAt(int place) {
    return place >= 0 && place < text.length() ? text.charAt(place) : '\0';
  }

  static boolean part(char letter) {
    return letter == '_' || Character.isLetterOrDigit(letter);
  }

  /** Whatever stands between two words of a statement. */
  SqlCursor gap() {
    while (at < text.length()) {
      int before = at;
      char now = here();
      if (Character.isWhitespace(now)) {
        at++;
      } else if (now == '\\' && "nrt".indexOf(charAt(at + 1)) >= 0) {
        at += 2;
      } else if (now == '\\' && Character.isWhitespace(charAt(at + 1))) {
        at++;
      } else if (text.startsWith("--", at) || (now == '#' && charAt(at + 1) == ' ')) {
        line();
      } else if (text.startsWith("/*!", at)) { // MySQL and MariaDB execute what stands in it
        at += 3;
        while (Character.isDigit(here())) {
          at++;
        }
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        at = end < 0 ? text.length() : end + 2;
      } else {
        seam();
      }
      if (at == before) {
        break;
      }
    }
    return this;
  }

  private void line() {
    while (at < text.length() && here() != '\n' && !text.startsWith("\\n", at)) {
      at++;
    }
  }

  /** The end of one text and the begin of the next, where nothing stands between but a plus. */
  private boolean seam() {
    if (QUOTES.indexOf(here()) < 0) {
      return false;
    }
    int next = blanks(at + 1);
    int plus = next;
    while ("+.&|".indexOf(charAt(next)) >= 0 && charAt(next) != '\0' && next - plus < 2) {
      next++;
    }
    next = blanks(next);
    for (int i = 0; i < 2 && "frbuFRBU@$".indexOf(charAt(next)) >= 0; i++) {
      next += charAt(next) == '\0' ? 0 : 1;
    }
    if (charAt(next) != '\0' && QUOTES.indexOf(charAt(next)) >= 0) {
      at = next + 1;
      return true;
    }
    return false;
  }

  private int blanks(int from) {
    int next = from;
    while (Character.isWhitespace(charAt(next))) {
      next++;
    }
    return next;
  }

  /** The word that begins here, in capitals; empty where none does. */
  String word() {
    int end = at;
    while (part(charAt(end))) {
      end++;
    }
    return text.substring(at, end).toUpperCase(Locale.ROOT);
  }

  /** Goes behind the next word if it is one of these. */
  boolean take(String... words) {
    int before = at;
    String next = gap().word();
    if (Arrays.asList(words).contains(next)) {
      at += next.length();
      return true;
    }
    at = before;
    return false;
  }

  /** Goes behind all that follow of these. */
  SqlCursor skip(String... words) {
    while (take(words)) {
      // the next
    }
    return this;
  }

  boolean take(char letter) {
    int before = at;
    if (gap().here() == letter) {
      at++;
      return true;
    }
    at = before;
    return false;
  }

  /** The table that is named next, with its schema; empty where none is. */
  Optional<TableName> name() {
    gap();
    Optional<TableName> found = namePart();
    for (int i = 0; i < 2 && found.isPresent(); i++) {
      int before = at;
      at = blanks(at);
      if (here() != '.' || charAt(at + 1) == '*') {
        at = before;
        break;
      }
      at = blanks(at + 1);
      Optional<TableName> inner = namePart();
      if (inner.isEmpty()) {
        at = before;
        break;
      }
      found = Optional.of(found.get().under(inner.get()));
    }
    return found;
  }

  private Optional<TableName> namePart() {
    int begin = at;
    boolean escaped = here() == '\\' && QUOTES.indexOf(charAt(at + 1)) >= 0;
    int open = escaped ? at + 1 : at;
    char quote = charAt(open);
    if (quote != '\0' && (QUOTES + "[").indexOf(quote) >= 0) {
      return quoted(begin, open, escaped, quote == '[' ? ']' : quote);
    }
    if (interpolates()) {
      interpolation();
      while (part(here())) {
        at++;
      }
      return Optional.of(new TableName("", false, "", true, begin));
    }
    if (!part(here()) || Character.isDigit(here())) {
      return Optional.empty();
    }
    return Optional.of(bare(begin));
  }

  /** In quotes; where nothing is, the text ends here, and what follows is put to it. */
  private Optional<TableName> quoted(int begin, int open, boolean escaped, char close) {
    int end = open + 1;
    while (part(charAt(end)) || " $-.".indexOf(charAt(end)) >= 0) {
      end++;
    }
    int ended = escaped && charAt(end) == '\\' ? end + 1 : end;
    if (charAt(ended) == close && end > open + 1 && part(charAt(open + 1))) {
      at = ended + 1;
      return Optional.of(new TableName("", false, text.substring(open + 1, end), false, begin));
    }
    at = open + 1;
    if (close == ']') {
      return Optional.empty();
    }
    if (part(charAt(open + 1)) || interpolates()) { // begun, and made while it runs
      String table = text.substring(open + 1, end);
      int close2 = text.indexOf(close, end);
      at = close2 < 0 || close2 - end > 200 ? end : close2 + 1;
      return Optional.of(new TableName("", false, table, true, begin));
    }
    return Optional.of(new TableName("", false, "", true, begin));
  }

  private TableName bare(int begin) {
    StringBuilder name = new StringBuilder();
    do {
      while (part(here())) {
        name.append(here());
        at++;
      }
    } while (QUOTES.indexOf(here()) >= 0 && here() != '\0' && seam() && part(here()));
    return new TableName("", false, name.toString(), interpolates() || goesOn(), begin);
  }

  /** Whether a text ends right here and is put to something else. */
  private boolean goesOn() {
    if (here() == '\0' || QUOTES.indexOf(here()) < 0) {
      return false;
    }
    char next = charAt(blanks(at + 1));
    return next != '\0' && "+.|&%".indexOf(next) >= 0;
  }

  private boolean interpolates() {
    char now = here();
    char next = charAt(at + 1);
    return switch (now) {
      case '$' -> next == '{' || next == '(' || part(next);
      case '{', '?' -> true;
      case '#' -> next == '{';
      case '%' -> next == '(' || next == '%' || Character.isLetterOrDigit(next);
      case ':', '@', '&' -> Character.isLetter(next);
      case '<' -> next == '%' || next == '#' || next == '?';
      default -> false;
    };
  }

  private void interpolation() {
    int brace = text.indexOf('{', at);
    if (brace >= 0 && brace - at <= 1) {
      int end = text.indexOf('}', brace);
      at = end < 0 ? text.length() : end + 1;
      return;
    }
    at++;
    while (part(here()) || here() == '(' || here() == ')') {
      at++;
    }
  }
}
