package dev.gatehouse.core.script;

import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a script of any size into statements and lines for the client, reading it once and holding
 * no more of it than one statement. One thread at a time. Closes nothing.
 *
 * @since 0.1
 */
public final class ScriptCutter {
  private final String name;
  private final ScriptBytes bytes;
  private final Lexer lexer;

  /**
   * @param name of the script, for messages
   * @param lexer of the same bytes
   */
  public ScriptCutter(String name, ScriptBytes bytes, Lexer lexer) {
    this.name = name;
    this.bytes = bytes;
    this.lexer = lexer;
  }

  /**
   * The next part; empty at the end.
   *
   * @throws Refusal naming file and line, when the script cannot be cut
   */
  public Optional<ScriptPart> next() throws IOException {
    Optional<ScriptPart> part = Optional.empty();
    while (part.isEmpty()) {
      lexer.passOverBlanks();
      if (bytes.peek(0) == ScriptBytes.END) {
        return Optional.empty();
      }
      part = lexer.atCommand() ? Optional.of(command()) : statement();
    }
    return part;
  }

  /** Empty where there is none between two semicolons. */
  private Optional<ScriptPart> statement() throws IOException {
    Lexer.Open open = lexer.begin();
    int line = bytes.line();
    bytes.keep();
    int end = 0;
    while (bytes.peek(0) != ScriptBytes.END) {
      ScriptToken token = lexer.next();
      if (token.kind() == ScriptToken.Kind.SEMICOLON && !open.goesOn()) {
        return part(ScriptPart.Kind.STATEMENT, open, line, end);
      }
      if (!token.text().isEmpty() || token.kind() != ScriptToken.Kind.SIGN) {
        open.add(token);
        end = bytes.kept();
      }
      lexer.passOverBlanks();
    }
    if (open.goesOn()) {
      throw open.unended(name + ":" + line);
    }
    return part(ScriptPart.Kind.UNTERMINATED, open, line, end);
  }

  private Optional<ScriptPart> part(ScriptPart.Kind kind, Lexer.Open open, int line, int end) {
    try {
      String sql = bytes.release(end);
      return sql.isEmpty()
          ? Optional.empty()
          : Optional.of(new ScriptPart(kind, sql, line, open.tokens()));
    } catch (CharacterCodingException e) {
      throw ScriptRefusal.malformed(
          "a statement is not UTF-8", name + ":" + line, "write the script in UTF-8");
    }
  }

  private ScriptPart command() throws IOException {
    int line = bytes.line();
    try {
      return new ScriptPart(ScriptPart.Kind.COMMAND, bytes.takeLine().strip(), line, List.of());
    } catch (CharacterCodingException e) {
      throw ScriptRefusal.malformed("a line is not UTF-8", name + ":" + line, "write it in UTF-8");
    }
  }
}
