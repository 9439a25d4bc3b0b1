package dev.gatehouse.postgres.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptWords;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a statement of a script may not do to the transaction that holds it. */
final class ScriptRules {
  private static final Set<String> OWN_CONTROL =
      Set.of("begin", "commit", "end", "rollback", "abort", "savepoint", "release");

  private static final Set<String> KNOWN =
      Set.of(
          ("alter analyze call checkpoint close cluster comment copy create "
                  + "deallocate declare delete discard do drop execute explain fetch grant "
                  + "import insert listen load lock merge move notify prepare reassign refresh "
                  + "reindex reset revoke security select set show table truncate unlisten "
                  + "update values with")
              .split(" "));

  private final String where;
  private final String sql;
  private final ScriptWords words;

  private ScriptRules(String where, String sql, ScriptWords words) {
    this.where = where;
    this.sql = sql;
    this.words = words;
  }

  /**
   * @param data whether its data follows it
   */
  static void refuseWhatEscapes(
      String script, int line, String sql, List<ScriptToken> tokens, boolean data) {
    ScriptRules rules = new ScriptRules(script + ":" + line, sql, new ScriptWords(tokens));
    rules.refuseOwnControl();
    if (TransactionBlocks.forbid(rules.words)) {
      throw ScriptRefusal.nonTransactional(
          rules.found(),
          "take it out, into a step of its own: outsideTransaction(sql(\"" + rules.head() + "\"))");
    }
    rules.refuseOtherReading();
    rules.refuseCopyElsewhere(data);
    rules.refuseUnknown();
  }

  private void refuseOwnControl() {
    if (OWN_CONTROL.contains(words.verb())
        || words.begin("start", "transaction")
        || words.begin("prepare", "transaction")
        || words.begin("set", "transaction")
        || words.begin("set", "local", "transaction")
        || words.begin("set", "session", "transaction")
        || words.begin("set", "session", "characteristics")) {
      throw ScriptRefusal.ownControl(found());
    }
  }

  /** What would change how the rest of the script is read, or what the session itself relies on. */
  private void refuseOtherReading() {
    if (!words.verb().equals("set") && !words.verb().equals("reset")) {
      return;
    }
    if (words.has("standard_conforming_strings") && !words.has("on")) {
      throw refused(
          "a script changes what a backslash in quotes means",
          "delete it, and write E'...' where a backslash begins an escape");
    }
    if (words.has("client_encoding") || words.begin("set", "names")) {
      String flat = sql.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
      if (!flat.endsWith("utf8") && !flat.endsWith("unicode")) {
        throw refused("a script changes its encoding", "delete it, and write the script in UTF-8");
      }
    }
  }

  private void refuseCopyElsewhere(boolean data) {
    if (!words.verb().equals("copy")) {
      return;
    }
    if (words.hasOutside("from", "program") || words.hasOutside("to", "program")) {
      throw refused(
          "a script runs a program on the server", "take it out; no rollback undoes what it does");
    }
    if (words.hasOutside("to", "stdout") || words.hasOutside("to", "stdin")) {
      throw refused(
          "a script copies to where nobody reads", "delete it, or ask with rows(\"...\")");
    }
    if (words.hasOutside("to", "")) {
      throw refused(
          "a script writes a file on the server", "take it out; no rollback removes the file");
    }
    if (ScriptSource.copiesIn(words) && !data) {
      throw refused("a COPY lacks its data", "end it with a semicolon, its data and a line \\.");
    }
  }

  private void refuseUnknown() {
    if (!KNOWN.contains(words.verb()) && !sql.startsWith("(")) {
      throw ScriptRefusal.unknown("PostgreSQL", found(), KNOWN);
    }
  }

  private String found() {
    return where + "  " + head();
  }

  private String head() {
    return sql.length() <= 60 ? sql : sql.substring(0, 57).strip() + "...";
  }

  private Refusal refused(String headline, String fix) {
    return ScriptRefusal.escapes(headline, found(), fix);
  }
}
