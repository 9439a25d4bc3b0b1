package dev.gatehouse.postgres.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a text that the engine printed does to a table it names. Names stand there in full and
 * quoted as ours are; the same words within a literal can only add a right that is not used.
 */
final class Statements {
  private static final Map<Right, String> VERBS =
      Map.of(
          Right.INSERT, "INSERT INTO ",
          Right.UPDATE, "UPDATE ",
          Right.DELETE, "DELETE FROM ");

  private Statements() {}

  static List<Right> on(String table, String text) {
    List<Right> rights = new ArrayList<>();
    VERBS.forEach(
        (right, verb) -> {
          if (names(text, verb + table) || names(text, verb + "ONLY " + table)) {
            rights.add(right);
          }
        });
    if (rights.isEmpty() || names(text, "FROM " + table) || names(text, "JOIN " + table)) {
      rights.add(Right.SELECT);
    }
    return rights;
  }

  /** Not only the beginning of a longer name. */
  private static boolean names(String text, String words) {
    for (int at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
      int end = at + words.length();
      if (end == text.length() || !Character.isJavaIdentifierPart(text.charAt(end))) {
        return true;
      }
    }
    return false;
  }
}
