package dev.gatehouse.sqlite;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.Lexer;
import dev.gatehouse.core.script.ScriptBytes;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptToken.Kind;
import java.io.IOException;
import java.util.Locale;

/** SQLite's tokens as far as splitting needs them; the text of each is as it stands. */
final class SqliteTokens implements Lexer {
  private final String name;
  private final ScriptBytes bytes;
  private boolean fresh = true;

  SqliteTokens(String name, ScriptBytes bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** A command of the shell is refused as a token. */
  @Override
  public boolean atCommand() {
    return false;
  }

  @Override
  public Open begin() {
    return new SqliteStatement();
  }

  /** A comment behind a token belongs to the statement: SQLite keeps it in its schema. */
  @Override
  public ScriptToken next() throws IOException {
    ScriptToken token = cut();
    fresh = token.kind() == Kind.SEMICOLON;
    if (!fresh) {
      passOverBlanks();
    }
    return token;
  }

  private ScriptToken cut() throws IOException {
    int c = bytes.peek(0);
    return switch (c) {
      case ';' -> token(Kind.SEMICOLON, 1);
      case '\'', '"', '`' -> token(Kind.TEXT, quoted(String.valueOf((char) c)));
      case '[' -> token(Kind.TEXT, end("]", 1, "an identifier in brackets does not end"));
      default -> wordOrSign(c);
    };
  }

  private ScriptToken token(Kind kind, int length) throws IOException {
    String text = bytes.takeText(length);
    return new ScriptToken(kind, kind == Kind.WORD ? text.toLowerCase(Locale.ROOT) : text, 0);
  }

  private ScriptToken wordOrSign(int c) throws IOException {
    if (c == 0) {
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
    int length = 0;
    while (isWord(bytes.peek(length))) {
      length++;
    }
    return length > 0 ? token(Kind.WORD, length) : token(Kind.SIGN, 1);
  }

  /** How long what is quoted is; twice the quote is one of its letters. */
  private int quoted(String quote) throws IOException {
    int end = end(quote, 1, "a quoted text or name does not end");
    while (bytes.peek(end) == quote.charAt(0)) {
      end = end(quote, end + 1, "a quoted text or name does not end");
    }
    return end;
  }

  @Override
  public void passOverBlanks() throws IOException {
    while (true) {
      if (bytes.startsWith("--")) {
        bytes.takeUntil('\n', '\n');
      } else if (bytes.startsWith("/*")) {
        bytes.take(end("*/", 2, "a comment does not end"));
      } else if (isBlank(bytes.peek(0))) {
        bytes.take(1);
      } else {
        return;
      }
    }
  }

  /** How far it is to the end of what closes it. */
  private int end(String closing, int from, String headline) throws IOException {
    int last = closing.length() - 1;
    int end = from;
    while (bytes.peek(end) != closing.charAt(0) || bytes.peek(end + last) != closing.charAt(last)) {
      if (bytes.peek(end) == ScriptBytes.END) {
        throw refused(headline, "close it with " + closing);
      }
      end++;
    }
    return end + closing.length();
  }

  private Refusal refused(String headline, String fix) throws IOException {
    String where = name + ":" + bytes.line();
    String found = bytes.takeLine().replace('\0', ' ').strip();
    return ScriptRefusal.malformed(headline, where + "  " + found, fix);
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
  }

  /** SQLite counts every character beyond ASCII, and a dollar sign that is not first, to a word. */
  private static boolean isWord(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '$'
        || c >= 0x80;
  }
}
