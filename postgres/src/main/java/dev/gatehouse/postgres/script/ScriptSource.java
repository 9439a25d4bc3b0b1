package dev.gatehouse.postgres.script;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.script.ScriptPiece.Command;
import dev.gatehouse.postgres.script.ScriptPiece.CopyBlock;
import dev.gatehouse.postgres.script.ScriptPiece.Statement;
import dev.gatehouse.postgres.script.ScriptToken.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a script of any size into statements, data and lines for psql, reading it once and holding
 * no more of it than one statement.
 *
 * <p>The line {@code \restrict} at the head of every plain dump and its counterpart at the end are
 * dropped; every other line for psql between the two is refused: that is what the pair is for
 * (CVE-2025-8714).
 *
 * <p>One thread at a time. Closes nothing.
 */
public final class ScriptSource {
  private final String name;
  private final ScriptBytes bytes;
  private final ScriptTokens tokens;
  private @Nullable ScriptData data;
  private @Nullable Command restricted;

  /**
   * @param name of the script, for messages
   * @param utf8 the script; never closed here
   */
  public ScriptSource(String name, InputStream utf8, ScriptVariables variables) throws IOException {
    this.name = name;
    this.bytes = new ScriptBytes(utf8);
    this.tokens = new ScriptTokens(name, bytes, variables);
  }

  /**
   * The next piece; empty at the end.
   *
   * @throws Refusal naming file and line, when the script cannot be cut
   */
  public Optional<ScriptPiece> next() throws IOException {
    if (data != null) {
      data.passOver();
      data = null;
    }
    while (true) {
      tokens.passOverBlanks();
      int c = bytes.peek(0);
      if (c == ScriptBytes.END) {
        refuseOpenRestriction();
        return Optional.empty();
      }
      if (c == ';') {
        bytes.take(1);
      } else if (c != '\\') {
        Optional<ScriptPiece> piece = statement();
        if (piece.isPresent()) {
          return piece;
        }
      } else {
        Command command = command();
        if (!restricts(command)) {
          return Optional.of(command);
        }
      }
    }
  }

  /** Empty where a variable that stands for nothing was all of it. */
  private Optional<ScriptPiece> statement() throws IOException {
    tokens.restart();
    int line = bytes.line();
    ScriptOpenStatement open = new ScriptOpenStatement();
    bytes.keep();
    int end = 0;
    while (bytes.peek(0) != ScriptBytes.END) {
      if (bytes.peek(0) == '\\') {
        throw withinStatement(line);
      }
      ScriptToken token = tokens.next();
      if (token.kind() == Kind.SEMICOLON && tokens.depth() == 0 && !open.inBody()) {
        return piece(open, line, end, true);
      }
      if (!token.text().isEmpty() || token.kind() != Kind.SIGN) {
        open.add(token);
        end = bytes.kept();
      }
      tokens.passOverBlanks();
    }
    if (tokens.depth() > 0 || open.inBody()) {
      throw refused(
          "script.malformed",
          "a statement does not end",
          name + ":" + line,
          open.inBody() ? "close its body with END;" : "close its parentheses");
    }
    return piece(open, line, end, false);
  }

  private Optional<ScriptPiece> piece(
      ScriptOpenStatement open, int line, int end, boolean terminated) throws IOException {
    String sql;
    try {
      sql = bytes.release(end);
    } catch (CharacterCodingException e) {
      throw refused(
          "script.malformed",
          "a statement is not UTF-8",
          name + ":" + line,
          "write the script in UTF-8");
    }
    if (sql.isEmpty()) {
      return Optional.empty();
    }
    if (!terminated || !open.copiesIn()) {
      return Optional.of(new Statement(sql, line, open.first()));
    }
    endLineOfCopy();
    data = new ScriptData(bytes, name, line);
    return Optional.of(new CopyBlock(sql, line, open.first(), data));
  }

  /** The data begins on the next line; what stands behind the semicolon would be lost. */
  private void endLineOfCopy() throws IOException {
    while (bytes.peek(0) == ' ' || bytes.peek(0) == '\t' || bytes.peek(0) == '\r') {
      bytes.take(1);
    }
    if (bytes.startsWith("--")) {
      bytes.takeUntil('\n', '\n');
    }
    if (bytes.peek(0) == '\n') {
      bytes.take(1);
    } else if (bytes.peek(0) != ScriptBytes.END) {
      throw refused(
          "script.malformed",
          "something stands between COPY ... FROM stdin; and its data",
          name + ":" + bytes.line(),
          "move it behind the line \\. that ends the data");
    }
  }

  private Command command() throws IOException {
    int line = bytes.line();
    bytes.keep();
    bytes.takeUntil('\n', '\n');
    try {
      return new Command(bytes.release(bytes.kept()).strip(), line);
    } catch (CharacterCodingException e) {
      throw refused(
          "script.malformed", "a line is not UTF-8", name + ":" + line, "write it in UTF-8");
    }
  }

  /** Whether the command was one of the pair. */
  private boolean restricts(Command command) {
    String[] words = command.text().split("\\s+");
    Command begun = restricted;
    if (begun == null) {
      if (!words[0].equals("\\restrict") || words.length != 2) {
        return false;
      }
      restricted = command;
      return true;
    }
    if (!command.text().equals(begun.text().replaceFirst("\\\\", "\\\\un"))) {
      throw refused(
          "script.restricted",
          "a psql command stands where \\restrict forbids all of them",
          name + ":" + command.line() + "  " + command.text(),
          "do not run this file: a dump holds no such line unless somebody put it there");
    }
    restricted = null;
    return true;
  }

  private void refuseOpenRestriction() {
    Command begun = restricted;
    if (begun != null) {
      throw refused(
          "script.restricted",
          "a \\restrict has no counterpart: the script was cut off",
          name + ":" + begun.line(),
          "get the whole file");
    }
  }

  private Refusal withinStatement(int line) throws IOException {
    Command command = command();
    return refused(
        "script.client-command",
        "a psql command stands within a statement",
        name + ":" + command.line() + "  " + command.text(),
        "end the statement that begins at "
            + name
            + ":"
            + line
            + " with a semicolon, and take the command out");
  }

  static Refusal refused(String code, String headline, String found, String fix) {
    return new Refusal(
        Finding.of(code, headline)
            .withExpected("statements that one transaction can hold")
            .withFound(found)
            .withFix(fix));
  }
}
