package dev.gatehouse.mysql.backup;

import dev.gatehouse.mysql.sql.PrintedSql;
import java.util.regex.Pattern;

/**
 * A definition as a dump tool writes it, brought to one spelling with what the server prints: its
 * executable comments opened, its blanks made one, and what is a state left out. For comparing
 * only: what is compared is executed in the server's spelling.
 */
final class DumpedSql {
  private static final Pattern TRIGGER = Pattern.compile("^CREATE (?:DEFINER=\\S+ )?TRIGGER ");
  private static final Pattern EVENT = Pattern.compile("^CREATE (?:DEFINER=\\S+ )?EVENT ");

  private final String text;
  private final StringBuilder plain = new StringBuilder();
  private int at;

  private DumpedSql(String text) {
    this.text = text;
  }

  /** Without the marks of executable comments, each run of blanks one. */
  static String plain(String text) {
    return new DumpedSql(text).opened();
  }

  /**
   * That, and without the name of its own database, the next number of AUTO_INCREMENT, and whether
   * an event is enabled.
   */
  static String normal(String text, String database) {
    String sql = PrintedSql.of(plain(text)).within(database);
    if (sql.startsWith("CREATE TABLE ")) {
      return PrintedSql.of(sql).collated().without(SchemaReading.COUNTER);
    }
    String bare = PrintedSql.of(sql).bare();
    if (TRIGGER.matcher(bare).find()) {
      return ProgramReading.withoutDatabase(sql, database);
    }
    return EVENT.matcher(bare).find() ? ProgramReading.disabled(sql).orElse(sql) : sql;
  }

  private String opened() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\'' || c == '"' || c == '`') {
        quoted(c);
      } else if (starts("/*!") || starts("/*M!")) {
        at = text.indexOf('!', at) + 1;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
          at++;
        }
        blank();
      } else if (starts("/*")) {
        copyThrough("*/");
      } else if (starts("*/")) {
        at += 2;
        blank();
      } else if (starts("-- ") || c == '#') {
        copyThrough("\n");
      } else if (Character.isWhitespace(c)) {
        at++;
        blank();
      } else {
        plain.append(c);
        at++;
      }
    }
    return plain.toString().strip();
  }

  private boolean starts(String with) {
    return text.startsWith(with, at);
  }

  private void blank() {
    if (!plain.isEmpty() && plain.charAt(plain.length() - 1) != ' ') {
      plain.append(' ');
    }
  }

  private void copyThrough(String end) {
    int found = text.indexOf(end, at);
    int to = found < 0 ? text.length() : found + end.length();
    plain.append(text, at, to);
    at = to;
  }

  private void quoted(char quote) {
    int from = at;
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      at += text.charAt(at) == '\\' && quote != '`' ? 2 : 1;
    }
    at = Math.min(text.length(), at + 1);
    plain.append(text, from, at);
  }
}
