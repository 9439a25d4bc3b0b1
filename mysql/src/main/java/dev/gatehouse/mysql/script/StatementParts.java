package dev.gatehouse.mysql.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptBytes;
import dev.gatehouse.core.script.ScriptCutter;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Cuts a script into statements as the clients mysql and mariadb do, DELIMITER included. */
public final class StatementParts {
  private StatementParts() {}

  /**
   * Hands on each statement, in order.
   *
   * @throws Refusal when the script holds another command of the client, or cannot be cut
   */
  public static void each(String name, InputStream utf8, Consumer<ScriptPart> statement)
      throws IOException {
    ScriptBytes bytes = new ScriptBytes(utf8);
    SqlTokens lexer = new SqlTokens(name, bytes);
    ScriptCutter cutter = new ScriptCutter(name, bytes, lexer);
    for (Optional<ScriptPart> next = cutter.next(); next.isPresent(); next = cutter.next()) {
      ScriptPart part = next.get();
      if (part.kind() == ScriptPart.Kind.COMMAND) {
        lexer.endStatementsWith(delimiter(name + ":" + part.line(), part.text()));
      } else {
        statement.accept(part);
      }
    }
  }

  /** DELIMITER is the one command of the client that a script cannot do without. */
  private static String delimiter(String where, String line) {
    String[] words = line.split("\\s+");
    if (!words[0].toLowerCase(Locale.ROOT).equals("delimiter")) {
      throw ScriptRefusal.of(
          "script.client-command",
          "a script holds a command of the client",
          where + "  " + line,
          "write the SQL it stands for, or run the file with command(\"mysql\", ...)");
    }
    if (words.length != 2 || !words[1].matches("[!-&(-+./:-?@^|~$;]{1,15}")) {
      throw ScriptRefusal.malformed(
          "DELIMITER names no delimiter that is known to work",
          where + "  " + line,
          "write DELIMITER and one to fifteen signs alone on a line, such as DELIMITER //");
    }
    return words[1];
  }
}
