package dev.gatehouse.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQLite takes a name in double quotes that nothing has for a text: a slip in the name of a column
 * is no error, and what a check finds by it is nothing. In backquotes a name is a name. (Quirks,
 * Caveats and Gotchas In SQLite, 8.)
 */
final class DoubleQuotes {
  private static final Pattern QUOTED =
      Pattern.compile(
          "'[^']*+'|`[^`]*+`|\\[[^\\]]*+\\]|--[^\\n]*+|/\\*.*?\\*/"
              + "|\"([^\"]*+(?:\"\"[^\"]*+)*+)\"",
          Pattern.DOTALL);

  private DoubleQuotes() {}

  /**
   * @throws SQLException when one of them is taken for a text
   */
  static void refuseTexts(Connection connection, String query) throws SQLException {
    String names = inBackquotes(query);
    if (names.equals(query)) {
      return;
    }
    try {
      connection.prepareStatement(names).close();
    } catch (SQLException e) {
      throw new SQLException(
          e.getMessage()
              + ": what stands in double quotes and is no name, SQLite takes for a text; write texts"
              + " in single quotes",
          e.getSQLState(),
          e.getErrorCode(),
          e);
    }
  }

  static String inBackquotes(String query) {
    return QUOTED
        .matcher(query)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group(1) == null ? found.group() : '`' + name(found.group(1)) + '`'));
  }

  private static String name(String quoted) {
    return quoted.replace("\"\"", "\"").replace("`", "``");
  }
}
