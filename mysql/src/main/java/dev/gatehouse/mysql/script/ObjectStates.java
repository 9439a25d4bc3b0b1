package dev.gatehouse.mysql.script;

import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.PinnedPrinting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How objects of one kind are now, by what the server prints of each; names as SQL has them. */
record ObjectStates(String kind, Iterable<String> names) {
  /** What stands for an object that is not there. */
  static final String ABSENT = "not there";

  /** By name, sorted. */
  Map<String, String> now(Connection connection) throws SQLException {
    return PinnedPrinting.of(connection, this::read);
  }

  private Map<String, String> read(Connection connection) throws SQLException {
    Map<String, String> states = new TreeMap<>();
    for (String name : names) {
      states.put(name, state(connection, name));
    }
    return states;
  }

  private String state(Connection connection, String name) throws SQLException {
    int column = kind.equals("TABLE") ? 2 : kind.equals("EVENT") ? 4 : 3;
    String text = printed(connection, "SHOW CREATE " + kind + " " + name, column).orElse(ABSENT);
    return text.startsWith("CREATE TABLE ") ? TableText.of(text).text() : text;
  }

  /** What is printed; empty where there is no such object. */
  static Optional<String> printed(Connection connection, String show, int column)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(show)) {
      if (!row.next()) {
        return Optional.empty();
      }
      String text = row.getString(column);
      if (text == null) {
        throw new SQLException("the account may not read what this prints: " + show);
      }
      return Optional.of(text);
    } catch (SQLException e) {
      if (ErrorCodes.isGone(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** As one text. */
  static String text(Map<String, String> states) {
    StringBuilder text = new StringBuilder();
    states.forEach((name, state) -> text.append(name).append(": ").append(state).append('\n'));
    return text.toString();
  }
}
