package dev.gatehouse.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the engine finds when it looks for damage.
 *
 * @param damage in its own words; empty when it finds none
 * @param unchecked what it could not look at, because only the application has a function or
 *     collating sequence that is used: the file as a whole, and the tables; each with the engine's
 *     reason
 */
record Soundness(List<String> damage, List<String> unchecked) {
  private static final List<String> SOUND = List.of("ok");

  /**
   * Looks at the whole file, and where that cannot be at each table by itself.
   *
   * @param pragma quick_check or integrity_check
   */
  static Soundness of(Connection connection, String pragma) throws SQLException {
    List<String> unchecked = new ArrayList<>();
    try {
      return new Soundness(damage(connection, "PRAGMA " + pragma), List.of());
    } catch (SQLException e) {
      if (!ResultCodes.lacksWhatTheApplicationHas(e)) {
        throw e;
      }
      // Also where no table is named below: pages that are nobody's were not looked at.
      unchecked.add("the file as a whole: " + e.getMessage());
    }
    List<String> damage = new ArrayList<>();
    for (Schema.Table table : Schema.tables(connection)) {
      try {
        damage.addAll(
            damage(connection, "PRAGMA " + pragma + "(" + SqlNames.quoted(table.name()) + ")"));
      } catch (SQLException e) {
        if (!ResultCodes.lacksWhatTheApplicationHas(e)) {
          throw e;
        }
        unchecked.add(table.name() + ": " + e.getMessage());
      }
    }
    return new Soundness(damage, unchecked);
  }

  private static List<String> damage(Connection connection, String pragma) throws SQLException {
    try {
      List<String> answers = Queries.texts(connection, pragma);
      return answers.equals(SOUND) ? List.of() : answers;
    } catch (SQLException e) {
      int code = ResultCodes.code(e);
      if (code != ResultCodes.CORRUPT && code != ResultCodes.NOTADB) {
        throw e;
      }
      return List.of(String.valueOf(e.getMessage()));
    }
  }
}
