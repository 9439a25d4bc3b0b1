package dev.gatehouse.postgres.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptBytes;
import dev.gatehouse.core.script.ScriptCutter;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.postgres.script.ScriptPiece.Command;
import dev.gatehouse.postgres.script.ScriptPiece.CopyBlock;
import dev.gatehouse.postgres.script.ScriptPiece.Statement;
import java.io.IOException;
import java.io.InputStream;
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
  private final ScriptCutter cutter;
  private @Nullable ScriptData data;
  private @Nullable Command restricted;

  /**
   * @param name of the script, for messages
   * @param utf8 the script; never closed here
   */
  public ScriptSource(String name, InputStream utf8, ScriptVariables variables) throws IOException {
    this.name = name;
    this.bytes = new ScriptBytes(utf8);
    this.cutter = new ScriptCutter(name, bytes, new ScriptTokens(name, bytes, variables));
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
      Optional<ScriptPart> part = cutter.next();
      if (part.isEmpty()) {
        refuseOpenRestriction();
        return Optional.empty();
      }
      if (part.get().kind() != ScriptPart.Kind.COMMAND) {
        return Optional.of(statement(part.get()));
      }
      Command command = new Command(part.get().text(), part.get().line());
      if (!restricts(command)) {
        return Optional.of(command);
      }
    }
  }

  private ScriptPiece statement(ScriptPart cut) throws IOException {
    if (cut.kind() != ScriptPart.Kind.STATEMENT || !copiesIn(new ScriptWords(cut.tokens()))) {
      return new Statement(cut.text(), cut.line(), cut.tokens());
    }
    endLineOfCopy();
    data = new ScriptData(bytes, name, cut.line());
    return new CopyBlock(cut.text(), cut.line(), cut.tokens(), data);
  }

  /** Whether its data follows in the script. */
  static boolean copiesIn(ScriptWords words) {
    return words.verb().equals("copy")
        && (words.hasOutside("from", "stdin") || words.hasOutside("from", "stdout"));
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
      throw ScriptRefusal.malformed(
          "something stands between COPY ... FROM stdin; and its data",
          name + ":" + bytes.line(),
          "move it behind the line \\. that ends the data");
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
      throw ScriptRefusal.of(
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
      throw ScriptRefusal.of(
          "script.restricted",
          "a \\restrict has no counterpart: the script was cut off",
          name + ":" + begun.line(),
          "get the whole file");
    }
  }
}
