package dev.gatehouse.dsl.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A first look at a query, the same for every product: its bare words, and whether a second
 * statement follows. Strict where products differ; the read-only session is the wall behind it.
 */
public final class SqlText {
  private static final Set<String> QUERIES =
      Set.of("select", "with", "values", "table", "show", "explain");
  private static final Set<String> WRITES = Set.of("insert", "update", "delete", "merge");

  private final String sql;
  private final List<String> words = new ArrayList<>();
  private boolean afterEnd;
  private boolean several;

  private SqlText(String sql) {
    this.sql = sql;
    scan();
  }

  public static SqlText of(String sql) {
    return new SqlText(sql);
  }

  public boolean isEmpty() {
    return words.isEmpty();
  }

  public boolean hasSeveralStatements() {
    return several;
  }

  /** Whether it begins like a query and no word in it begins a statement that writes. */
  public boolean isQuery() {
    return !words.isEmpty()
        && QUERIES.contains(words.get(0))
        && (!Set.of("with", "explain").contains(words.get(0))
            || words.stream().noneMatch(WRITES::contains));
  }

  private void scan() {
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (sql.startsWith("--", at)) {
        at = past("\n", at + 2);
      } else if (sql.startsWith("/*", at)) {
        at = past("*/", at + 2);
      } else if (c == ';') {
        afterEnd = true;
        at++;
      } else if (Character.isWhitespace(c)) {
        at++;
      } else {
        several |= afterEnd;
        at = token(c, at);
      }
    }
  }

  private int token(char c, int at) {
    if (c == '\'' || c == '"' || c == '`') {
      return past(String.valueOf(c), at + 1);
    }
    if (c == '[') {
      return past("]", at + 1);
    }
    if (!Character.isLetter(c)) {
      return at + 1;
    }
    int end = at;
    while (end < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
      end++;
    }
    if (at == 0 || sql.charAt(at - 1) != '.') {
      words.add(sql.substring(at, end).toLowerCase(Locale.ROOT));
    }
    return end;
  }

  private int past(String closing, int from) {
    int at = sql.indexOf(closing, from);
    return at < 0 ? sql.length() : at + closing.length();
  }
}
