package dev.gatehouse.mysql.sql;

import dev.gatehouse.core.script.ScriptToken;
import java.util.List;

/** Names of a database before other names. */
public final class Qualifiers {
  private Qualifiers() {}

  /** The statement with another name, as it is to be written, wherever that database stands. */
  public static String replaced(String sql, String database, String with) {
    return replaced(sql, database, with, Integer.MAX_VALUE);
  }

  /**
   * The statement without that database before the names that stand before a token.
   *
   * @param end of which token, among those of {@link SqlTokens#of}
   */
  public static String without(String sql, String database, int end) {
    return replaced(sql, database, "", end);
  }

  private static String replaced(String sql, String database, String with, int end) {
    String text = sql;
    List<ScriptToken> tokens = SqlTokens.of(sql);
    for (int i = Math.min(end, tokens.size()) - 2; i >= 0; i--) {
      if (tokens.get(i).names()
          && tokens.get(i).text().equalsIgnoreCase(database)
          && tokens.get(i + 1).isSign('.')) {
        text = SqlTokens.replaced(text, i, with);
        // Where the name is gone, the point is at its place.
        text = with.isEmpty() ? SqlTokens.replaced(text, i, "") : text;
      }
    }
    return text;
  }
}
