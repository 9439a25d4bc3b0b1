package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.script.Lexer;
import dev.gatehouse.core.script.ScriptBytes;
import dev.gatehouse.core.script.ScriptCutter;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.core.script.ScriptReading;
import dev.gatehouse.core.script.ScriptRefusal;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Splits SQLite scripts as SQLite's own tokenizer and {@code sqlite3_complete} do, and refuses what
 * leaves the transaction, does nothing inside one, or belongs to the {@code sqlite3} shell.
 *
 * <p>Thread-safe.
 */
final class SqliteScripts implements ScriptReader {
  private static final Pattern SYNTAX_ERROR =
      Pattern.compile(
          "\\(near .*: syntax error\\)|unrecognized token|incomplete input", Pattern.DOTALL);

  @Override
  public List<ScriptStatement> read(Script script) {
    List<ScriptStatement> statements = new SqliteReading().statements(script);
    refuseWhatDoesNotParse(statements);
    return statements;
  }

  private static final class SqliteReading extends ScriptReading {
    @Override
    protected void read(Script script, InputStream utf8) throws IOException {
      ScriptBytes bytes = new ScriptBytes(utf8);
      Lexer lexer = new SqliteTokens(script.name(), bytes);
      ScriptCutter cutter = new ScriptCutter(script.name(), bytes, lexer);
      for (Optional<ScriptPart> p = cutter.next(); p.isPresent(); p = cutter.next()) {
        new SqliteRules(script.name(), p.get()).refuseWhatEscapes();
        add(new ScriptStatement(script.name(), p.get().line(), p.get().text().strip()));
      }
    }
  }

  /** Parsed by SQLite itself, on an empty database: what it misses there only a run can tell. */
  private static void refuseWhatDoesNotParse(List<ScriptStatement> statements) {
    try (Connection empty = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      for (ScriptStatement statement : statements) {
        Optional<String> error = syntaxError(empty, statement.sql());
        if (error.isPresent()) {
          throw ScriptRefusal.of(
              "script.syntax",
              "a script holds what SQLite cannot parse",
              statement.where() + "  " + (statement.sql() + "\n" + error.get()).strip(),
              "correct the statement that begins at " + statement.where());
        }
      }
    } catch (SQLException e) {
      // Without an empty database nothing is known beforehand; the run will tell.
      return;
    }
  }

  private static Optional<String> syntaxError(Connection empty, String sql) {
    try {
      empty.prepareStatement(sql).close();
      return Optional.empty();
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage());
      return SYNTAX_ERROR.matcher(message).find() ? Optional.of(message) : Optional.empty();
    }
  }
}
