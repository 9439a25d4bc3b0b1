package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** One statement while it is read: where it ends, and whether a transaction can hold it. */
final class SqliteStatement {
  private static final Set<String> HELD =
      Set.of(
          "alter", "analyze", "create", "delete", "drop", "explain", "insert", "reindex", "replace",
          "select", "update", "values", "with");
  private static final Set<String> OWN_CONTROL =
      Set.of("begin", "commit", "end", "rollback", "savepoint", "release");

  /** Those that only read, and those whose change is rolled back with the transaction. */
  private static final Set<String> HELD_PRAGMAS =
      Set.of(
          "application_id",
          "collation_list",
          "database_list",
          "defer_foreign_keys",
          "foreign_key_check",
          "foreign_key_list",
          "index_info",
          "index_list",
          "index_xinfo",
          "integrity_check",
          "quick_check",
          "table_info",
          "table_list",
          "table_xinfo",
          "user_version");

  private final String name;
  private final List<SqliteTokens.Token> tokens = new ArrayList<>();

  SqliteStatement(String name) {
    this.name = name;
  }

  void add(SqliteTokens.Token token) {
    tokens.add(token);
  }

  /** A trigger's body has semicolons of its own; as in sqlite3_complete, "; end ;" ends it. */
  boolean endsWith(SqliteTokens.Token token) {
    if (token.kind() != SqliteTokens.Kind.SEMICOLON) {
      return false;
    }
    return !isTrigger() || bodyHasEnded();
  }

  /** The statement from its first token to there; empty when it has no token. */
  Optional<ScriptStatement> accepted(String text, int end) {
    if (tokens.isEmpty()) {
      return Optional.empty();
    }
    SqliteTokens.Token first = tokens.get(0);
    refuseWhatEscapes(first);
    if (isTrigger() && !bodyHasEnded()) {
      throw refused(
          "a trigger does not end", first.text() + " trigger", "end its body with: ; END;");
    }
    return Optional.of(
        new ScriptStatement(name, first.line(), text.substring(first.start(), end).strip()));
  }

  private boolean isTrigger() {
    int at = word(0, "explain") ? 1 : 0;
    if (at == 1 && word(1, "query")) {
      at = 3;
    }
    if (!word(at, "create")) {
      return false;
    }
    return word(at + 1, "trigger")
        || ((word(at + 1, "temp") || word(at + 1, "temporary")) && word(at + 2, "trigger"));
  }

  private boolean bodyHasEnded() {
    int size = tokens.size();
    return size >= 2
        && tokens.get(size - 1).is("end")
        && tokens.get(size - 2).kind() == SqliteTokens.Kind.SEMICOLON;
  }

  private boolean word(int at, String word) {
    return at < tokens.size() && tokens.get(at).is(word);
  }

  private void refuseWhatEscapes(SqliteTokens.Token first) {
    String verb = first.kind() == SqliteTokens.Kind.WORD ? first.text() : "";
    if (verb.equals("pragma")) {
      refusePragma();
    } else if (OWN_CONTROL.contains(verb)) {
      throw refused(
          "a script controls its transaction by itself",
          line(),
          "delete this statement; inOneTransaction begins and commits");
    } else if (verb.equals("attach") || verb.equals("detach") || verb.equals("vacuum")) {
      throw refused(
          "a script holds what no transaction holds",
          line(),
          "take " + verb.toUpperCase(Locale.ROOT) + " out, into a step of its own");
    } else if (!HELD.contains(verb)) {
      throw refused(
          "a script holds what is not an SQL statement of SQLite",
          line(),
          "correct it, or take it out; known are " + HELD.stream().sorted().toList());
    }
  }

  private void refusePragma() {
    int dot = tokens.size() > 2 && tokens.get(2).text().equals(".") ? 3 : 1;
    String pragma =
        tokens.size() > dot
            ? SqliteScripts.lower(tokens.get(dot).text()).replaceAll("[\"'`\\[\\]]", "")
            : "";
    if (!HELD_PRAGMAS.contains(pragma)) {
      throw refused(
          "a script holds a PRAGMA that does not work in a transaction or escapes it",
          line(),
          "delete it; what it sets belongs to the connection or to a step of its own");
    }
  }

  private Refusal refused(String headline, String found, String fix) {
    return SqliteScripts.refused(
        "script.not-transactional", headline, name, tokens.get(0).line(), found, fix);
  }

  private String line() {
    return String.join(" ", tokens.stream().limit(8).map(SqliteTokens.Token::text).toList());
  }
}
