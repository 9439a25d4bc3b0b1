package dev.gatehouse.sqlite;

import java.util.Optional;

/** SQLite's tokens as far as splitting needs them; comments and white space are passed over. */
final class SqliteTokens {

  enum Kind {
    WORD,
    QUOTED,
    SEMICOLON,
    OTHER
  }

  record Token(Kind kind, String text, int start, int line) {
    boolean is(String word) {
      return kind == Kind.WORD && text.equals(word);
    }
  }

  private final String name;
  private final String text;
  private int at;
  private int line = 1;
  private boolean fresh = true;

  SqliteTokens(String name, String text) {
    this.name = name;
    this.text = text;
    this.at = text.startsWith("\uFEFF") ? 1 : 0;
  }

  Optional<Token> next() {
    passOverBlanks();
    if (at >= text.length()) {
      return Optional.empty();
    }
    int start = at;
    int startLine = line;
    Kind kind = token(text.charAt(at));
    fresh = kind == Kind.SEMICOLON;
    String found = text.substring(start, at);
    return Optional.of(
        new Token(kind, kind == Kind.WORD ? SqliteScripts.lower(found) : found, start, startLine));
  }

  private Kind token(char c) {
    if (c == ';') {
      at++;
      return Kind.SEMICOLON;
    }
    if (c == '\'' || c == '"' || c == '`') {
      closeQuote(c);
      return Kind.QUOTED;
    }
    if (c == '[') {
      moveTo(found("]", at + 1, "an identifier in brackets does not end"));
      return Kind.QUOTED;
    }
    return wordOrSign(c);
  }

  private Kind wordOrSign(char c) {
    if (c == '\0') {
      throw refused("a script holds a NUL character", "remove it; SQLite would stop reading there");
    }
    if (fresh && (c == '.' || c == '#')) {
      throw refused(
          "a script holds a command of the sqlite3 shell",
          "write the SQL it stands for, or run the file with command(\"sqlite3\", ...)");
    }
    if (c == '?' || c == ':' || c == '@' || c == '$') {
      throw refused(
          "a script holds a parameter",
          "write the value itself; SQLite would silently take the parameter as NULL");
    }
    if (!isWord(c)) {
      at++;
      return Kind.OTHER;
    }
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    return Kind.WORD;
  }

  private void closeQuote(char quote) {
    int from = at + 1;
    while (true) {
      int end = found(String.valueOf(quote), from, "a quoted text or name does not end");
      if (end >= text.length() || text.charAt(end) != quote) {
        moveTo(end);
        return;
      }
      from = end + 1;
    }
  }

  private void passOverBlanks() {
    while (at < text.length()) {
      if (text.startsWith("--", at)) {
        int end = text.indexOf('\n', at);
        moveTo(end < 0 ? text.length() : end);
      } else if (text.startsWith("/*", at)) {
        moveTo(found("*/", at + 2, "a comment does not end"));
      } else if (isBlank(text.charAt(at))) {
        moveTo(at + 1);
      } else {
        return;
      }
    }
  }

  private int found(String closing, int from, String headline) {
    int end = text.indexOf(closing, from);
    if (end < 0) {
      throw refused(headline, "close it with " + closing);
    }
    return end + closing.length();
  }

  private void moveTo(int end) {
    for (; at < end; at++) {
      if (text.charAt(at) == '\n') {
        line++;
      }
    }
  }

  private RuntimeException refused(String headline, String fix) {
    int end = text.indexOf('\n', at);
    return SqliteScripts.refused(
        "script.malformed",
        headline,
        name,
        line,
        text.substring(at, end < 0 ? text.length() : end).replace('\0', ' '),
        fix);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
  }

  /** SQLite counts every character beyond ASCII, and a dollar sign that is not first, to a word. */
  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '$'
        || c >= 0x80;
  }
}
