package dev.gatehouse.postgres.mutation;

import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Questions to a catalogue whose search_path somebody has pinned, and names as SQL wants them. */
final class Rows {
  private Rows() {}

  /** All rows, NULL read as the empty text. */
  static List<List<String>> of(Connection connection, String sql, Object... binds)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < binds.length; i++) {
        statement.setObject(i + 1, binds[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        int columns = rows.getMetaData().getColumnCount();
        List<List<String>> all = new ArrayList<>();
        while (rows.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= columns; i++) {
            String value = rows.getString(i);
            row.add(value == null ? "" : value);
          }
          all.add(row);
        }
        return all;
      }
    }
  }

  /** Of a role, or of everybody. */
  static String grantee(String role) {
    return role.isEmpty() ? "PUBLIC" : SqlNames.quoted(role);
  }

  /** The same in a sentence. */
  static String somebody(String role) {
    return role.isEmpty() ? "everybody (PUBLIC)" : role;
  }

  /** A check of what no claim is about, by one of the server's own functions. */
  static String noRows(String function, String role, String object, String privilege) {
    String sql =
        "select 1 where %s(%s, %s, %s)"
            .formatted(
                function,
                SqlNames.literal(role),
                SqlNames.literal(object),
                SqlNames.literal(privilege));
    return "noRows(" + java(sql) + ")";
  }

  /** As a text in Java. */
  static String java(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
