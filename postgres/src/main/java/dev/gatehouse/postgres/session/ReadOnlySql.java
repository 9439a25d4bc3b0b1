package dev.gatehouse.postgres.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;

/**
 * The statements that may be given to a session for reading.
 *
 * <p>The driver splits a text and the server takes one statement in each message, so the first word
 * of each part tells what it is, and nothing can hide behind it.
 */
public final class ReadOnlySql {
  /**
   * What reads, and what moves within the transaction. Not COPY, DO, CALL: they reach files and
   * programs of the server, which no transaction holds.
   */
  private static final Set<String> ALLOWED =
      Set.of(
          "SELECT",
          "WITH",
          "VALUES",
          "TABLE",
          "SHOW",
          "EXPLAIN",
          "SET",
          "RESET",
          "SAVEPOINT",
          "RELEASE",
          "DECLARE",
          "FETCH",
          "MOVE",
          "CLOSE",
          "EXECUTE",
          "DEALLOCATE",
          "LOCK");

  private ReadOnlySql() {}

  static void require(Connection connection, String sql, boolean prepared) throws SQLException {
    for (String statement : Driver.statements(connection, sql, prepared)) {
      String word = word(statement, 0);
      if (!word.isEmpty() && !ALLOWED.contains(word) && !isWithin(statement, word)) {
        throw new SQLException("a session for reading does not take " + word, SqlStates.READ_ONLY);
      }
    }
  }

  /** PREPARE name, and ROLLBACK TO a savepoint, stay within; the rest of the two does not. */
  private static boolean isWithin(String statement, String word) {
    int end = start(statement, 0) + word.length();
    String next = word(statement, end);
    if (word.equals("ROLLBACK")) {
      boolean noise = next.equals("TRANSACTION") || next.equals("WORK");
      String then = noise ? word(statement, start(statement, end) + next.length()) : next;
      return then.equals("TO");
    }
    return word.equals("PREPARE") && !next.equals("TRANSACTION");
  }

  /** The first word of a statement, in capitals. */
  public static String firstWord(String sql) {
    return word(sql, 0);
  }

  /** The next word in capitals, or the next character when it begins none. */
  private static String word(String sql, int from) {
    int begin = start(sql, from);
    int end = begin;
    while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
      end++;
    }
    return sql.substring(begin, end == begin ? Math.min(end + 1, sql.length()) : end)
        .toUpperCase(Locale.ROOT);
  }

  /** Behind blanks, comments, and the parentheses a query may stand in. */
  private static int start(String sql, int from) {
    int at = from;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c <= ' ' || c == '(') {
        at++;
      } else if (sql.startsWith("--", at)) {
        at = endOfLine(sql, at);
      } else if (sql.startsWith("/*", at)) {
        at = endOfComment(sql, at);
      } else {
        return at;
      }
    }
    return at;
  }

  private static int endOfLine(String sql, int from) {
    int at = from;
    while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
      at++;
    }
    return at;
  }

  /** Comments nest. */
  private static int endOfComment(String sql, int from) {
    int depth = 0;
    int at = from;
    do {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < sql.length());
    return at;
  }
}
