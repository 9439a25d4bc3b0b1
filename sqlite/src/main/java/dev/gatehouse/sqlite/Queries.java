package dev.gatehouse.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Small questions to a connection, each answered and closed. */
final class Queries {
  private Queries() {}

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** First column of the first row; the query must have one. */
  static String text(Connection connection, String sql, Object... binds) throws SQLException {
    return maybe(connection, sql, binds)
        .orElseThrow(() -> new SQLException("no row came from: " + sql));
  }

  static long number(Connection connection, String sql, Object... binds) throws SQLException {
    return Long.parseLong(text(connection, sql, binds));
  }

  /** First column of the first row, NULL read as the empty text. */
  static Optional<String> maybe(Connection connection, String sql, Object... binds)
      throws SQLException {
    return texts(connection, sql, binds).stream().findFirst();
  }

  /** First column of all rows, NULL read as the empty text. */
  static List<String> texts(Connection connection, String sql, Object... binds)
      throws SQLException {
    List<String> all = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < binds.length; i++) {
        statement.setObject(i + 1, binds[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String value = rows.getString(1);
          all.add(value == null ? "" : value);
        }
      }
    }
    return all;
  }
}
