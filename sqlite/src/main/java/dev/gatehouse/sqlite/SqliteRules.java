package dev.gatehouse.sqlite;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a statement of a script may not do to the transaction that holds it. */
final class SqliteRules {
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
          // Without an effect here: see ForeignKeys, which refuses it where that would matter.
          "foreign_keys",
          "index_info",
          "index_list",
          "index_xinfo",
          "integrity_check",
          // Ends with its script.
          "legacy_alter_table",
          "quick_check",
          "table_info",
          "table_list",
          "table_xinfo",
          "user_version");

  private final String script;
  private final int line;
  private final List<ScriptToken> tokens;

  SqliteRules(String script, ScriptPart statement) {
    this.script = script;
    this.line = statement.line();
    this.tokens = statement.tokens();
  }

  /**
   * @throws Refusal when it leaves the transaction, or does nothing in one
   */
  void refuseWhatEscapes() {
    ScriptToken first = tokens.get(0);
    String verb = first.kind() == ScriptToken.Kind.WORD ? first.text() : "";
    if (verb.equals("pragma")) {
      refusePragma();
    } else if (OWN_CONTROL.contains(verb)) {
      throw ScriptRefusal.ownControl(found());
    } else if (verb.equals("attach") || verb.equals("detach") || verb.equals("vacuum")) {
      throw ScriptRefusal.nonTransactional(
          found(), "take " + verb.toUpperCase(Locale.ROOT) + " out, into a step of its own");
    } else if (!HELD.contains(verb)) {
      throw ScriptRefusal.unknown("SQLite", found(), HELD);
    }
  }

  private void refusePragma() {
    int dot = tokens.size() > 2 && tokens.get(2).text().equals(".") ? 3 : 1;
    String pragma =
        tokens.size() > dot
            ? tokens.get(dot).text().toLowerCase(Locale.ROOT).replaceAll("[\"'`\\[\\]]", "")
            : "";
    if (pragma.equals("writable_schema")) {
      throw ScriptRefusal.escapes(
          "a script writes the schema past the engine",
          found(),
          "rebuild the table with CREATE, INSERT, DROP and ALTER TABLE ... RENAME in"
              + " inOneTransaction(...).withoutForeignKeys()");
    }
    if (!HELD_PRAGMAS.contains(pragma)) {
      throw ScriptRefusal.escapes(
          "a script holds a PRAGMA that does not work in a transaction or escapes it",
          found(),
          "delete it; what it sets belongs to the connection or to a step of its own");
    }
  }

  private String found() {
    return script
        + ":"
        + line
        + "  "
        + String.join(" ", tokens.stream().limit(8).map(ScriptToken::text).toList()).strip();
  }
}
