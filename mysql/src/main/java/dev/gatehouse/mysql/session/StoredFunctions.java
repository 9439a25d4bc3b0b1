package dev.gatehouse.mysql.session;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Functions of the database that a query calls. READ ONLY keeps them from writing rows, and from
 * nothing else: {@code SET GLOBAL} in a function works in a SELECT. So their bodies are read.
 */
final class StoredFunctions {
  private static final Set<String> BEYOND_ROWS =
      Set.of(
          "global",
          "persist",
          "persist_only",
          "get_lock",
          "release_lock",
          "release_all_locks",
          "outfile",
          "dumpfile",
          "load_file",
          "sys_exec",
          "sys_eval");

  private StoredFunctions() {}

  /**
   * @throws SQLException when a body does more than rows, or may not be read
   */
  static void refuseUnread(Connection connection, List<ScriptToken> tokens) throws SQLException {
    if (!callsUnknown(tokens)) {
      return;
    }
    String database = Queries.one(connection, "SELECT DATABASE()");
    for (Reach.Item item : Reach.of(connection, Reach.names(tokens, database), false)) {
      if (item.kind() == Reach.Kind.ROUTINE) {
        if (item.definition().isEmpty()) {
          throw refused(item + ", whose body this account may not read");
        }
        refuseBeyondRows(item);
      }
    }
  }

  /** Whether it can reach a stored function: it calls something, or reads what may be a view. */
  private static boolean callsUnknown(List<ScriptToken> tokens) {
    return tokens.stream().anyMatch(token -> token.is("from") || token.isSign('('));
  }

  private static void refuseBeyondRows(Reach.Item item) throws SQLException {
    try {
      Set<String> words =
          SqlTokens.of(item.definition()).stream()
              .filter(ScriptToken::names)
              .map(token -> token.text().toLowerCase(Locale.ROOT))
              .collect(Collectors.toSet());
      for (String word : BEYOND_ROWS) {
        if (words.contains(word)) {
          throw refused(item + ", whose body says " + word.toUpperCase(Locale.ROOT));
        }
      }
    } catch (Refusal unread) {
      throw refused(item + ", whose body cannot be read");
    }
  }

  private static SQLException refused(String what) {
    return new SQLException(
        "a session for reading does not call " + what, "25006", ReadingSql.READ_ONLY);
  }
}
