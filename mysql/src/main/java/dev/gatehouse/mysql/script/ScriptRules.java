package dev.gatehouse.mysql.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptToken.Kind;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a statement of a script may not do to the transaction that holds it. */
final class ScriptRules {
  private static final Set<String> OWN_CONTROL =
      Set.of("begin", "commit", "rollback", "savepoint", "release", "start", "xa");

  private static final Set<String> HELD =
      Set.of(
          ("insert replace update delete select with values table do call set show explain describe"
                  + " desc create drop")
              .split(" "));

  /** Each commits what was open before it (MySQL manual, 13.3.3; MariaDB: the same and BACKUP). */
  private static final Set<String> COMMITTING =
      Set.of(
          ("alter analyze backup cache change check clone create deallocate drop execute flush"
                  + " grant import install kill load lock optimize prepare purge rename repair reset"
                  + " restart revoke shutdown stop truncate uninstall unlock handler binlog")
              .split(" "));

  /**
   * Functions that give away the locks by which a session is known, or hold others up with some.
   */
  private static final Set<String> LOCKING =
      Set.of("get_lock", "release_lock", "release_all_locks");

  private final String where;
  private final String sql;
  private final List<ScriptToken> tokens;
  private final ScriptWords words;

  ScriptRules(String where, ScriptPart statement) {
    this.where = where;
    this.sql = statement.text();
    this.tokens = statement.tokens();
    this.words = new ScriptWords(executed(tokens));
  }

  /** As if every executable comment were executed. */
  static List<ScriptToken> executed(List<ScriptToken> tokens) {
    return tokens.stream().filter(token -> !opens(token) && !closes(token)).toList();
  }

  static boolean opens(ScriptToken token) {
    return token.kind() == Kind.SIGN && token.text().equals(SqlTokens.OPENING);
  }

  private static boolean closes(ScriptToken token) {
    return token.kind() == Kind.SIGN && token.text().equals(SqlTokens.CLOSING);
  }

  /**
   * @throws Refusal when it commits or leaves the transaction, or belongs elsewhere
   */
  void refuseWhatEscapes() {
    refuseAnywhere();
    String verb = words.verb();
    if (OWN_CONTROL.contains(verb)) {
      throw ScriptRefusal.ownControl(found());
    }
    boolean temporary = words.begin(verb, "temporary", "table");
    if (COMMITTING.contains(verb) && !temporary) {
      throw ScriptRefusal.nonTransactional(
          found(),
          "take it out: the server commits the transaction before it; execute it in a step of its"
              + " own, before or after this one: command(\"mysql\", ...)");
    }
    if (verb.equals("use")) {
      throw ScriptRefusal.escapes(
          "a script changes its database",
          found(),
          "delete it, and write the database before the names that need another: db.table");
    }
    if (verb.equals("set")) {
      new SetRules(found(), executed(tokens)).refuseWhatLasts();
    }
    if (!HELD.contains(verb) && !sql.startsWith("(")) {
      throw ScriptRefusal.unknown("MySQL or MariaDB", found(), HELD);
    }
  }

  /**
   * What no statement may do, wherever it stands.
   *
   * @throws Refusal when it does
   */
  void refuseAnywhere() {
    refuseHalfExecutable();
    refuseSeveral();
    refuseEverywhere();
  }

  /** The verb, what a comment hides included. */
  String verb() {
    return words.verb();
  }

  /** What a comment hides on some servers and not on others must not decide what this is. */
  private void refuseHalfExecutable() {
    boolean opened = !tokens.isEmpty() && opens(tokens.get(0));
    boolean whole =
        opened
            && closes(tokens.get(tokens.size() - 1))
            && tokens.stream().filter(ScriptRules::opens).count() == 1;
    if (opened && !whole) {
      throw ScriptRefusal.escapes(
          "a statement begins within an executable comment and ends outside",
          found(),
          "write the statement without the comment, for the server it is meant for");
    }
  }

  private void refuseSeveral() {
    if (tokens.stream().anyMatch(token -> token.isSign(';'))
        && !CreatedProgram.holdsStatements(sql)) {
      throw ScriptRefusal.malformed(
          "two statements stand before one delimiter", found(), "end each with the delimiter");
    }
  }

  private void refuseEverywhere() {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      ScriptToken token = tokens.get(i);
      boolean called = i + 1 < tokens.size() && tokens.get(i + 1).isSign('(');
      String name = token.names() ? token.text().toLowerCase(Locale.ROOT) : "";
      if (called && LOCKING.contains(name)) {
        told.add(name);
      }
      if (token.is("outfile") || token.is("dumpfile")) {
        throw ScriptRefusal.escapes(
            "a script writes a file on the server",
            found(),
            "take it out; no rollback removes the file");
      }
    }
    if (!told.isEmpty()) {
      throw ScriptRefusal.escapes(
          "a script takes or gives away locks by name",
          found(),
          "take " + told.get(0) + "(...) out: the run is known by such locks");
    }
  }

  /** Where it stands, and its beginning. */
  String found() {
    String line = sql.replaceAll("\\s+", " ");
    return where + "  " + (line.length() <= 60 ? line : line.substring(0, 57).strip() + "...");
  }
}
