package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    String name = script.name();
    String text = script.text();
    List<ScriptStatement> statements = new ArrayList<>();
    SqliteTokens tokens = new SqliteTokens(name, text);
    SqliteStatement open = new SqliteStatement(name);
    Optional<SqliteTokens.Token> token = tokens.next();
    while (token.isPresent()) {
      if (open.endsWith(token.get())) {
        open.accepted(text, token.get().start()).ifPresent(statements::add);
        open = new SqliteStatement(name);
      } else {
        open.add(token.get());
      }
      token = tokens.next();
    }
    open.accepted(text, text.length()).ifPresent(statements::add);
    refuseWhatDoesNotParse(name, statements);
    return List.copyOf(statements);
  }

  /** Parsed by SQLite itself, on an empty database: what it misses there only a run can tell. */
  private static void refuseWhatDoesNotParse(String name, List<ScriptStatement> statements) {
    try (Connection empty = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      for (ScriptStatement statement : statements) {
        Optional<String> error = syntaxError(empty, statement.sql());
        if (error.isPresent()) {
          throw refused(
              "script.syntax",
              "a script holds what SQLite cannot parse",
              name,
              statement.line(),
              statement.sql() + "\n" + error.get(),
              "correct the statement that begins at " + name + ":" + statement.line());
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

  static Refusal refused(
      String code, String headline, String name, int line, String found, String fix) {
    return new Refusal(
        Finding.of(code, headline)
            .withExpected("statements that one transaction can hold")
            .withFound(name + ":" + line + "  " + found.strip())
            .withFix(fix));
  }

  static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
