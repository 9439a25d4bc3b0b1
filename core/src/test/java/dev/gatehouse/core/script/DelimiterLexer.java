package dev.gatehouse.core.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What MySQL's scripts ask of a lexer: a delimiter that changes, comments that are executed. */
final class DelimiterLexer implements Lexer {
  private final ScriptBytes bytes;
  private String delimiter = ";";

  DelimiterLexer(ScriptBytes bytes) {
    this.bytes = bytes;
  }

  void delimiter(String other) {
    delimiter = other;
  }

  @Override
  public void passOverBlanks() throws IOException {
    while (true) {
      if (bytes.peek(0) == '#') {
        bytes.takeUntil('\n', '\n');
      } else if (bytes.startsWith("/*") && bytes.peek(2) != '!') {
        bytes.take(length(2, "*/"));
      } else if (bytes.peek(0) == ' ' || bytes.peek(0) == '\n') {
        bytes.take(1);
      } else {
        return;
      }
    }
  }

  @Override
  public boolean atCommand() throws IOException {
    return bytes.startsWith("DELIMITER ");
  }

  @Override
  public Open begin() {
    return new Tokens();
  }

  @Override
  public ScriptToken next() throws IOException {
    if (bytes.startsWith(delimiter)) {
      return new ScriptToken(Kind.SEMICOLON, bytes.takeText(delimiter.length()), 0);
    }
    if (bytes.peek(0) == '`') {
      String quoted = bytes.takeText(length(1, "`"));
      return new ScriptToken(Kind.NAME, quoted.substring(1, quoted.length() - 1), 0);
    }
    if (bytes.startsWith("/*!")) {
      return new ScriptToken(Kind.TEXT, bytes.takeText(length(3, "*/")), 0);
    }
    int word = 0;
    while (Character.isLetterOrDigit(bytes.peek(word))) {
      word++;
    }
    return word > 0
        ? new ScriptToken(Kind.WORD, bytes.takeText(word).toLowerCase(Locale.ROOT), 0)
        : new ScriptToken(Kind.SIGN, bytes.takeText(1), 0);
  }

  private int length(int from, String closing) throws IOException {
    int end = from;
    while (bytes.peek(end) != closing.charAt(0)) {
      if (bytes.peek(end) == ScriptBytes.END) {
        throw ScriptRefusal.malformed("it does not end", "line " + bytes.line(), "close it");
      }
      end++;
    }
    return end + closing.length();
  }

  private static final class Tokens implements Open {
    private final List<ScriptToken> tokens = new ArrayList<>();

    @Override
    public void add(ScriptToken token) {
      tokens.add(token);
    }

    @Override
    public boolean goesOn() {
      return false;
    }

    @Override
    public List<ScriptToken> tokens() {
      return tokens;
    }

    @Override
    public Refusal unended(String where) {
      throw new AssertionError("nothing goes on");
    }
  }
}
