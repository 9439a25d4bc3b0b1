package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Splits SQLite scripts as SQLite's own tokenizer and {@code sqlite3_complete} do, and refuses what
 * leaves the transaction, does nothing inside one, or belongs to the {@code sqlite3} shell.
 *
 * <p>Thread-safe.
 */
final class SqliteScripts implements ScriptReader {

  @Override
  public List<ScriptStatement> read(String name, String text) {
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
    return List.copyOf(statements);
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
