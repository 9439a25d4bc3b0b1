package dev.gatehouse.dsl.file;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which places of a source are comments. Read twice, because a quote that closes nothing turns text
 * and code around: once with texts that go over lines, once with texts that end with theirs. Where
 * the two differ, nobody knows.
 */
final class Comments {
  /** Whether a place is in one. */
  enum Answer {
    NO,
    MAYBE,
    YES
  }

  private enum Mark {
    SLASHES,
    HASH,
    DASHES,
    BLOCK,
    MARKUP,
    DOCSTRING
  }

  private static final Set<Mark> C = Set.of(Mark.SLASHES, Mark.BLOCK);
  private static final Set<Mark> HASH = Set.of(Mark.HASH);
  private static final Map<String, Set<Mark>> MARKS =
      Map.ofEntries(
          Map.entry(
              "java kt kts scala groovy gradle js jsx ts tsx mjs cjs go rs c h cc cpp hpp cs swift"
                  + " dart",
              C),
          Map.entry("php", Set.of(Mark.SLASHES, Mark.HASH, Mark.BLOCK, Mark.MARKUP)),
          Map.entry("vue svelte jsp", Set.of(Mark.SLASHES, Mark.BLOCK, Mark.MARKUP)),
          Map.entry("xml html htm xhtml", Set.of(Mark.MARKUP)),
          Map.entry("py", Set.of(Mark.HASH, Mark.DOCSTRING)),
          Map.entry(
              "rb sh bash pl pm yml yaml toml r ex exs ini env conf cfg properties dockerfile"
                  + " makefile",
              HASH),
          Map.entry("sql psql ddl pgsql", Set.of(Mark.DASHES, Mark.BLOCK)));

  /** What a text says that stands first in a module, class or function of Python. */
  private static final Pattern DOCUMENTED =
      Pattern.compile(
          "(?:^|\n)[ \t]*(?:(?:async )?def |class |\\)).*:\\s*$|^\\s*(?:#[^\n]*\n\\s*)*+$");

  private static final Pattern SPEAKS_SQL =
      Pattern.compile(
          "\\b(select|insert|update|delete|where|set|from)\\b", Pattern.CASE_INSENSITIVE);

  private final String text;
  private final Set<Mark> marks;
  private final boolean sql;
  private final byte[] readings;

  private Comments(String text, Set<Mark> marks) {
    this.text = text;
    this.marks = marks;
    this.sql = marks.contains(Mark.DASHES);
    this.readings = new byte[text.length()];
  }

  /**
   * Of a file of that name; where its kind is unknown, all but comments of SQL is taken for code.
   */
  static Comments of(String fileName, String text) {
    String ending = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    Set<Mark> marks =
        MARKS.entrySet().stream()
            .filter(kind -> Set.of(kind.getKey().split(" ")).contains(ending))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(Set.of());
    Comments comments = new Comments(text, marks);
    comments.read(1, true);
    comments.read(2, false);
    return comments;
  }

  Answer at(int place) {
    return readings[place] == 0 ? Answer.NO : readings[place] == 3 ? Answer.YES : Answer.MAYBE;
  }

  private void read(int reading, boolean overLines) {
    char quote = 0;
    int at = 0;
    while (at < text.length()) {
      char now = text.charAt(at);
      int end = quote == 0 ? end(at, overLines) : endWithin(at);
      if (end > at) {
        for (int i = at; i < end; i++) {
          readings[i] |= (byte) reading;
        }
        at = end;
      } else if (quote == 0) {
        quote = now == '"' || now == '\'' || now == '`' ? now : 0;
        at++;
      } else if (now == '\\' && (overLines || !sql)) {
        at += 2;
      } else {
        quote = now == quote || (now == '\n' && !overLines) ? 0 : quote;
        at++;
      }
    }
  }

  /** Where a comment that begins here ends; here, where none does. */
  private int end(int at, boolean overLines) {
    char now = text.charAt(at);
    boolean apart = at == 0 || Character.isWhitespace(text.charAt(at - 1));
    boolean block = apart || ";{}(),=>\"'".indexOf(text.charAt(at - 1)) >= 0;
    if (now == '/' && marks.contains(Mark.SLASHES) && text.startsWith("//", at)) {
      return line(at);
    }
    if (now == '#' && marks.contains(Mark.HASH) && apart && !text.startsWith("#[", at)) {
      // an operator, where a statement stands before it
      boolean operator = SPEAKS_SQL.matcher(text.substring(lineBegin(at), at)).find();
      return operator && overLines ? at : line(at);
    }
    if (now == '/' && marks.contains(Mark.BLOCK) && block && text.startsWith("/*", at)) {
      return !text.startsWith("/*!", at) || (!sql && !marks.contains(Mark.HASH))
          ? behind("*/", at)
          : at;
    }
    if (now == '<' && marks.contains(Mark.MARKUP) && text.startsWith("<!--", at)) {
      return behind("-->", at);
    }
    if (marks.contains(Mark.DOCSTRING)
        && (text.startsWith("\"\"\"", at) || text.startsWith("'''", at))
        && DOCUMENTED.matcher(text.substring(Math.max(0, at - 500), at)).find()) {
      return behind(text.substring(at, at + 3), at + 1);
    }
    if (now == '-' && sql && text.startsWith("--", at)) {
      return line(at);
    }
    return endWithin(at);
  }

  /** Comments of SQL in a text: a line that begins so, and what ends on the line it begins on. */
  private int endWithin(int at) {
    if (text.startsWith("-- ", at) && text.substring(lineBegin(at), at).isBlank()) {
      return line(at);
    }
    if (text.startsWith("/*", at) && !text.startsWith("/*!", at) && !text.startsWith("/**/", at)) {
      int end = text.indexOf("*/", at + 2);
      if (end >= 0 && text.substring(at, end).chars().noneMatch(c -> "\n\"'`".indexOf(c) >= 0)) {
        return end + 2;
      }
    }
    return at;
  }

  private int lineBegin(int at) {
    return text.lastIndexOf('\n', at - 1) + 1;
  }

  private int line(int at) {
    int end = text.indexOf('\n', at);
    int php = marks.contains(Mark.MARKUP) ? text.indexOf("?>", at) : -1;
    int all = end < 0 ? text.length() : end;
    return php >= 0 && php < all ? php : all;
  }

  private int behind(String mark, int at) {
    int end = text.indexOf(mark, at + 2);
    return end < 0 ? text.length() : end + mark.length();
  }
}
