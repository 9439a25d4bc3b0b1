package dev.gatehouse.mysql.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL as a server prints it, beside the same text in which quoted names and texts are blanked out
 * sign by sign: what is found in {@link #bare} stands at the same place in {@link #text}, and is no
 * part of a name, a comment of somebody, or a default.
 *
 * <p>Immutable.
 */
public record PrintedSql(String text, String bare) {
  /** What each sign in quotes is in {@link #bare}. */
  public static final char BLANK = '\u0001';

  private static final Pattern IMPLIED =
      Pattern.compile(" CHARACTER SET ([a-z0-9]+)(?= COLLATE \\1_)");
  private static final Pattern BINARY = Pattern.compile(" COLLATE (binary)\\b");
  private static final Pattern QUALIFIER = Pattern.compile("`" + BLANK + "+`\\.(?=`)");
  private static final Pattern QUOTED = Pattern.compile("`" + BLANK + "+`(?!\\.)");
  private static final Pattern VIEW =
      Pattern.compile("^CREATE [^`(]*(?:`[^`]*`@`[^`]*`[^`(]*)?VIEW ");
  private static final Pattern OF_TABLES = Pattern.compile("(?:from|join)[ (]*$");
  private static final Pattern BELOW = Pattern.compile("`" + BLANK + "+`[.(]");

  /** Reads a text whose quotes are doubled, or stand behind a backslash except in backquotes. */
  public static PrintedSql of(String text) {
    StringBuilder bare = new StringBuilder(text);
    int at = 0;
    while (at < text.length()) {
      char quote = text.charAt(at);
      at++;
      if (quote == '\'' || quote == '"' || quote == '`') {
        while (at < text.length() && !ends(text, at, quote)) {
          boolean pair = text.charAt(at) == quote || (quote != '`' && text.charAt(at) == '\\');
          for (int i = 0; i < (pair ? 2 : 1) && at < text.length(); i++) {
            bare.setCharAt(at, BLANK);
            at++;
          }
        }
        at++;
      }
    }
    return new PrintedSql(text, bare.toString());
  }

  private static boolean ends(String text, int at, char quote) {
    boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == quote;
    return text.charAt(at) == quote && !doubled;
  }

  /** Where the parenthesis ends that opens there; -1 when it does not. */
  public int closing(int open) {
    int depth = 0;
    for (int i = open; i < bare.length(); i++) {
      char c = bare.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /** What stands between the commas of the parenthesis that opens there. */
  public List<String> items(int open) {
    List<String> items = new ArrayList<>();
    int end = closing(open);
    int depth = 0;
    int from = open + 1;
    for (int i = open + 1; i < end; i++) {
      char c = bare.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        items.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    items.add(text.substring(from, Math.max(from, end)).strip());
    return items;
  }

  /** The text without each place at which the pattern is found outside of quotes. */
  public String without(Pattern pattern) {
    StringBuilder left = new StringBuilder();
    Matcher places = pattern.matcher(bare);
    int from = 0;
    while (places.find()) {
      left.append(text, from, places.start());
      from = places.end();
    }
    return left.append(text.substring(from)).toString();
  }

  /**
   * A definition with one spelling of its collations, which a server takes. MySQL prints the
   * character set before a collation that a column was given, and not before one of its table; and
   * it takes the word {@code binary} as a collation in backquotes only, in which it prints none.
   */
  public PrintedSql collated() {
    PrintedSql one = of(without(IMPLIED));
    StringBuilder quoted = new StringBuilder();
    int from = 0;
    Matcher places = BINARY.matcher(one.bare);
    while (places.find()) {
      quoted.append(one.text, from, places.start(1)).append("`binary`");
      from = places.end();
    }
    return of(quoted.append(one.text.substring(from)).toString());
  }

  /**
   * The text without the name of this database before other names: the server prints it or not,
   * depending on whether a definer is there and on what a view reads. In a view whose table or
   * alias has the name of the database, that name before a column is the table's.
   */
  public String within(String database) {
    String quoted = '`' + database.replace("`", "``") + '`';
    String name = quoted + ".";
    boolean named =
        VIEW.matcher(bare).find()
            && QUOTED
                .matcher(bare)
                .results()
                .anyMatch(place -> text.substring(place.start(), place.end()).equals(quoted));
    StringBuilder left = new StringBuilder();
    Matcher places = QUALIFIER.matcher(bare);
    int from = 0;
    while (places.find()) {
      if (text.substring(places.start(), places.end()).equals(name)
          && (!named || isOfDatabase(places.start(), places.end()))) {
        left.append(text, from, places.start());
        from = places.end();
      }
    }
    return left.append(text.substring(from)).toString();
  }

  /** Before a table, a function, or a table and its column; the servers print no comma join. */
  private boolean isOfDatabase(int start, int end) {
    return OF_TABLES.matcher(bare).region(Math.max(0, start - 40), start).find()
        || BELOW.matcher(bare).region(end, bare.length()).lookingAt();
  }

  /** The name in backquotes that begins there, without them; the word, where it has none. */
  public String name(int from) {
    if (text.charAt(from) != '`') {
      int end = from;
      while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
        end++;
      }
      return text.substring(from, end);
    }
    return text.substring(from + 1, bare.indexOf('`', from + 1)).replace("``", "`");
  }

  /** What stands behind the name that begins there. */
  public String behindName(int from) {
    int end =
        text.charAt(from) == '`' ? bare.indexOf('`', from + 1) + 1 : from + name(from).length();
    return text.substring(end).strip();
  }
}
