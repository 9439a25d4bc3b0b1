package dev.gatehouse.postgres.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.Lexer;
import dev.gatehouse.core.script.ScriptBytes;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptToken.Kind;
import dev.gatehouse.postgres.script.ScriptVariables.Form;
import dev.gatehouse.postgres.script.ScriptVariables.Use;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * PostgreSQL's tokens as its own lexer cuts them, with {@code standard_conforming_strings} on.
 * Manual: "Lexical Structure".
 */
final class ScriptTokens implements Lexer {
  private static final int LONGEST_NAME = 1_024;
  private static final int MOST_NESTED = 100;
  private static final ScriptToken START = new ScriptToken(Kind.SEMICOLON, ";", 0);

  private final String name;
  private final ScriptBytes bytes;
  private final ScriptVariables variables;
  private int depth;
  private int brackets;
  private int json;
  private int nested;
  private int begun;
  private ScriptToken before = START;

  ScriptTokens(String name, ScriptBytes bytes, ScriptVariables variables) {
    this.name = name;
    this.bytes = bytes;
    this.variables = variables;
  }

  @Override
  public boolean atCommand() throws IOException {
    return bytes.peek(0) == '\\';
  }

  @Override
  public Open begin() {
    depth = 0;
    brackets = 0;
    json = 0;
    begun = bytes.line();
    before = START;
    return new ScriptOpenStatement();
  }

  @Override
  public ScriptToken next() throws IOException {
    before = cut();
    return before;
  }

  private ScriptToken cut() throws IOException {
    int c = bytes.peek(0);
    return switch (c) {
      case ';' -> {
        bytes.take(1);
        yield token(Kind.SEMICOLON, ";");
      }
      case '\'' -> text(false);
      case '"' -> quotedName();
      case '$' -> dollar();
      case ':' -> colon();
      case '\\' -> throw withinStatement();
      case 0 ->
          throw refused(
              "a script holds a NUL character", "remove it; no text of PostgreSQL has one");
      default -> isNameStart(c) ? word() : isDigit(c) ? number() : sign((char) c);
    };
  }

  private ScriptToken token(Kind kind, String text) {
    return new ScriptToken(kind, text, depth);
  }

  private ScriptToken sign(char c) throws IOException {
    bytes.take(1);
    if (c == '(') {
      depth++;
      json = json == 0 && before.text().startsWith("json_object") ? depth : json;
    } else if (c == ')') {
      json = json == depth ? 0 : json;
      depth = Math.max(0, depth - 1);
    } else if (c == '[') {
      brackets++;
    } else if (c == ']') {
      brackets = Math.max(0, brackets - 1);
    }
    return token(Kind.SIGN, String.valueOf(c));
  }

  private ScriptToken word() throws IOException {
    int c = bytes.peek(0) | 0x20;
    if (c == 'e' && bytes.peek(1) == '\'') {
      bytes.take(1);
      return text(true);
    }
    if (c == 'u' && bytes.peek(1) == '&' && bytes.peek(2) == '\'') {
      bytes.take(2);
      return text(false);
    }
    if (c == 'u' && bytes.peek(1) == '&' && bytes.peek(2) == '"') {
      bytes.take(2);
      return quotedName();
    }
    StringBuilder word = new StringBuilder();
    while (isNamePart(bytes.peek(0))) {
      if (word.length() < LONGEST_NAME) {
        word.append((char) bytes.peek(0));
      }
      bytes.take(1);
    }
    return token(Kind.WORD, utf8(folded(word)));
  }

  /** Its letters with it: 1e5, 0xff; what follows them is no matter of splitting. */
  private ScriptToken number() throws IOException {
    while (isDigit(bytes.peek(0)) || (isNameStart(bytes.peek(0)) && !startsText())) {
      bytes.take(1);
    }
    return token(Kind.SIGN, "0");
  }

  /** In {@code 1e'a\'b'} the server reads the number 1 and an escaped text. */
  private boolean startsText() throws IOException {
    return bytes.peek(1) == '\'';
  }

  private ScriptToken text(boolean escapes) throws IOException {
    int begun = bytes.line();
    boolean more = true;
    while (more) {
      bytes.take(1);
      closeQuote('\'', escapes, begun, "a quoted text does not end");
      // Only for escapes it matters that the text on the next line belongs to this one.
      more = escapes && continues();
    }
    return token(Kind.TEXT, "");
  }

  private ScriptToken quotedName() throws IOException {
    int begun = bytes.line();
    StringBuilder text = new StringBuilder();
    bytes.take(1);
    while (true) {
      int c = bytes.peek(0);
      if (c == ScriptBytes.END) {
        throw refusedAt(begun, "a quoted name does not end", "close it with \"");
      }
      if (c == '"') {
        if (bytes.peek(1) != '"') {
          bytes.take(1);
          return token(Kind.NAME, utf8(text));
        }
        bytes.take(1);
      }
      if (text.length() < LONGEST_NAME) {
        text.append((char) c);
      }
      bytes.take(1);
    }
  }

  private void closeQuote(char quote, boolean escapes, int begun, String headline)
      throws IOException {
    while (true) {
      bytes.takeUntil(quote, escapes ? '\\' : quote);
      int c = bytes.peek(0);
      if (c == ScriptBytes.END) {
        throw refusedAt(begun, headline, "close it with " + quote);
      }
      if (c == quote && bytes.peek(1) != quote) {
        bytes.take(1);
        return;
      }
      bytes.take(bytes.peek(1) == ScriptBytes.END ? 1 : 2);
    }
  }

  /** Whether after blanks with a line end, and comments of one line, the text goes on. */
  private boolean continues() throws IOException {
    int ahead = 0;
    boolean ended = false;
    while (true) {
      int c = bytes.peek(ahead);
      if (c == '-' && bytes.peek(ahead + 1) == '-') {
        while (!isLineEnd(bytes.peek(ahead)) && bytes.peek(ahead) != ScriptBytes.END) {
          ahead++;
        }
      } else if (isBlank(c)) {
        ended |= isLineEnd(c);
        ahead++;
      } else {
        if (ended && c == '\'') {
          bytes.take(ahead);
          return true;
        }
        return false;
      }
    }
  }

  private ScriptToken dollar() throws IOException {
    int end = 1;
    if (isNameStart(bytes.peek(1))) {
      while (isNameStart(bytes.peek(end)) || isDigit(bytes.peek(end))) {
        end++;
      }
    }
    if (bytes.peek(end) != '$') {
      return sign('$');
    }
    int begun = bytes.line();
    byte[] tag = new byte[end + 1];
    for (int i = 0; i <= end; i++) {
      tag[i] = (byte) bytes.peek(i);
    }
    bytes.take(tag.length);
    while (true) {
      bytes.takeUntil('$', '$');
      if (bytes.peek(0) == ScriptBytes.END) {
        throw refusedAt(
            begun, "a dollar-quoted text does not end", "close it with " + utf8(latin(tag)));
      }
      if (isNext(tag)) {
        bytes.take(tag.length);
        return token(Kind.TEXT, "");
      }
      bytes.take(1);
    }
  }

  private boolean isNext(byte[] wanted) throws IOException {
    for (int i = 0; i < wanted.length; i++) {
      if (bytes.peek(i) != (wanted[i] & 0xFF)) {
        return false;
      }
    }
    return true;
  }

  private ScriptToken colon() throws IOException {
    if (bytes.peek(1) == ':' || bytes.peek(1) == '=') {
      bytes.take(2);
      return token(Kind.SIGN, "::");
    }
    int c = bytes.peek(1);
    Form form = c == '\'' ? Form.LITERAL : c == '"' ? Form.IDENTIFIER : Form.BARE;
    int from = form == Form.BARE ? 1 : 2;
    if (bytes.startsWith(":{?")) {
      form = Form.IS_SET;
      from = 3;
    }
    StringBuilder variable = new StringBuilder();
    while (isVariablePart(bytes.peek(from + variable.length()))) {
      variable.append((char) bytes.peek(from + variable.length()));
    }
    int length = from + variable.length();
    if (form != Form.BARE) {
      char closing = form == Form.LITERAL ? '\'' : form == Form.IDENTIFIER ? '"' : '}';
      if (bytes.peek(length) != closing) {
        return sign(':');
      }
      length++;
    }
    if (variable.isEmpty()) {
      return sign(':');
    }
    boolean colon = brackets > 0 || json > 0;
    return replaced(new Use(form, utf8(variable), name, bytes.line(), colon), length);
  }

  /** What stands for the variable is read like any other text, as psql does. */
  private ScriptToken replaced(Use use, int length) throws IOException {
    Optional<String> text = variables.text(use);
    if (text.isEmpty()) {
      return sign(':');
    }
    nested = bytes.isPut() ? nested + 1 : 0;
    if (nested > MOST_NESTED) {
      throw refused(
          "a variable stands for itself", "give " + use.name() + " a value without :" + use.name());
    }
    bytes.replace(length, text.get());
    return token(Kind.SIGN, "");
  }

  @Override
  public void passOverBlanks() throws IOException {
    while (true) {
      if (bytes.startsWith("--")) {
        // As the server does: a carriage return alone ends a comment, too.
        bytes.takeUntil('\n', '\r');
      } else if (bytes.startsWith("/*")) {
        passOverComment();
      } else if (isBlank(bytes.peek(0))) {
        bytes.take(1);
      } else {
        return;
      }
    }
  }

  private void passOverComment() throws IOException {
    int begun = bytes.line();
    int open = 0;
    do {
      if (bytes.startsWith("/*")) {
        open++;
        bytes.take(2);
      } else if (bytes.startsWith("*/")) {
        open--;
        bytes.take(2);
      } else if (bytes.peek(0) == ScriptBytes.END) {
        throw refusedAt(begun, "a comment does not end", "close it with */; comments nest");
      } else {
        bytes.take(1);
        bytes.takeUntil('/', '*');
      }
    } while (open > 0);
  }

  private Refusal withinStatement() throws IOException {
    String where = name + ":" + bytes.line();
    return ScriptRefusal.of(
        "script.client-command",
        "a psql command stands within a statement",
        where + "  " + bytes.takeLine().strip(),
        "end the statement that begins at "
            + name
            + ":"
            + begun
            + " with a semicolon, and take the command out");
  }

  private Refusal refused(String headline, String fix) {
    return refusedAt(bytes.line(), headline, fix);
  }

  private Refusal refusedAt(int line, String headline, String fix) {
    return ScriptRefusal.malformed(headline, name + ":" + line, fix);
  }

  private static String latin(byte[] tag) {
    return new String(tag, StandardCharsets.ISO_8859_1);
  }

  /** As the server does, letters of ASCII only. */
  private static StringBuilder folded(StringBuilder word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      word.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
    }
    return word;
  }

  private static String utf8(CharSequence bytesAsCharacters) {
    return new String(
        bytesAsCharacters.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  static boolean isBlank(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isLineEnd(int c) {
    return c == '\n' || c == '\r';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  private static boolean isNamePart(int c) {
    return isNameStart(c) || isDigit(c) || c == '$';
  }

  private static boolean isVariablePart(int c) {
    return isNameStart(c) || isDigit(c);
  }
}
