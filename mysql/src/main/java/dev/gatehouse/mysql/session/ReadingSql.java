package dev.gatehouse.mysql.session;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptToken.Kind;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The statements that may be given to a session for reading. The server's READ ONLY keeps it from
 * writing rows and lets much else pass: SET GLOBAL, FLUSH, KILL, GET_LOCK, its own end.
 */
final class ReadingSql {
  /** ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION. */
  static final int READ_ONLY = 1792;

  private static final Set<String> ALLOWED =
      Set.of(
          "select", "with", "table", "values", "show", "describe", "desc", "explain", "checksum");

  /** Words that stand in no statement that only reads, quoted names and texts aside. */
  private static final Set<String> WRITING =
      Set.of("into", "outfile", "dumpfile", "insert", "update", "delete", "replace");

  /** They are functions as well, or columns of some: only what follows them tells. */
  private static final Set<String> FUNCTIONS_TOO = Set.of("insert", "replace");

  /** Functions that hold others up, read files of the server, or change what it keeps. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "get_lock",
          "release_lock",
          "release_all_locks",
          "sleep",
          "benchmark",
          "load_file",
          "master_pos_wait",
          "source_pos_wait",
          "master_gtid_wait",
          "wait_for_executed_gtid_set",
          "wait_until_sql_thread_after_gtids",
          "nextval",
          "setval",
          "last_insert_id",
          "sys_exec",
          "sys_eval");

  private ReadingSql() {}

  static void require(Connection connection, String sql) throws SQLException {
    List<ScriptToken> tokens = tokens(sql);
    if (tokens.isEmpty()) {
      return;
    }
    requireReading(tokens);
    StoredFunctions.refuseUnread(connection, tokens);
  }

  private static List<ScriptToken> tokens(String sql) throws SQLException {
    try {
      List<ScriptToken> tokens = new ArrayList<>(SqlTokens.of(sql));
      while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() == Kind.SEMICOLON) {
        tokens.remove(tokens.size() - 1);
      }
      return tokens;
    } catch (Refusal e) {
      throw refused(e.findings().get(0).headline());
    }
  }

  private static void requireReading(List<ScriptToken> tokens) throws SQLException {
    String verb = "";
    for (int i = 0; i < tokens.size(); i++) {
      ScriptToken token = tokens.get(i);
      if (token.kind() == Kind.SEMICOLON) {
        throw refused("a second statement");
      }
      if (token.kind() == Kind.SIGN && token.text().equals(SqlTokens.OPENING)) {
        throw refused("an executable comment");
      }
      if (verb.isEmpty() && !token.isSign('(')) {
        verb = token.kind() == Kind.WORD ? token.text() : "no word";
        if (!ALLOWED.contains(verb)) {
          throw refused(verb.toUpperCase(Locale.ROOT));
        }
      }
      requireReading(tokens, i, verb);
    }
    if (verb.equals("explain") || verb.startsWith("desc")) {
      refuseAnalyze(tokens);
    }
  }

  private static void requireReading(List<ScriptToken> tokens, int i, String verb)
      throws SQLException {
    ScriptToken token = tokens.get(i);
    boolean named = i > 0 && tokens.get(i - 1).isSign('.');
    boolean called = i + 1 < tokens.size() && tokens.get(i + 1).isSign('(');
    // A quoted name calls a function as well.
    String name = token.names() ? token.text().toLowerCase(Locale.ROOT) : "";
    if (called && FUNCTIONS.contains(name)) {
      throw refused(name.toUpperCase(Locale.ROOT) + "()");
    }
    if (token.kind() != Kind.WORD || named) {
      return;
    }
    if (WRITING.contains(name) && !(called && FUNCTIONS_TOO.contains(name))) {
      // SHOW tells of them without doing them, EXPLAIN does not execute them.
      if ((!verb.equals("show") && !verb.equals("explain")) || name.equals("into")) {
        throw refused(name.toUpperCase(Locale.ROOT));
      }
    }
    boolean follows = i + 1 < tokens.size();
    if ((follows && name.equals("for") && tokens.get(i + 1).is("share"))
        || (follows && name.equals("lock") && tokens.get(i + 1).is("in"))) {
      throw refused("a lock on rows");
    }
  }

  /** EXPLAIN ANALYZE and its like execute the statement. */
  private static void refuseAnalyze(List<ScriptToken> tokens) throws SQLException {
    if (tokens.size() > 1 && tokens.get(1).is("analyze")) {
      throw refused("EXPLAIN ANALYZE");
    }
  }

  private static SQLException refused(String what) {
    return new SQLException("a session for reading does not take " + what, "25006", READ_ONLY);
  }
}
