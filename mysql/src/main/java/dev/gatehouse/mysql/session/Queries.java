package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Gatehouse's own questions to a server. */
public final class Queries {
  private Queries() {}

  /** A statement whose answer nobody looks at. */
  public static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** How many rows it changed. */
  static long update(Connection connection, String sql, Object... binds) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, binds);
      return statement.executeUpdate();
    }
  }

  /** First column of the first row, NULL read as the empty text; the query must have a row. */
  public static String one(Connection connection, String sql, Object... binds) throws SQLException {
    return first(connection, sql, row -> row.texts().get(0), binds)
        .orElseThrow(() -> new SQLException("no row came from: " + sql));
  }

  /** Whether there is a row. */
  public static boolean exists(Connection connection, String sql, Object... binds)
      throws SQLException {
    return first(connection, sql, Function.identity(), binds).isPresent();
  }

  /** The first row, as what it tells; empty when there is none. */
  public static <T> Optional<T> first(
      Connection connection, String sql, Function<Row, T> as, Object... binds) throws SQLException {
    return rows(connection, sql, as, binds).stream().findFirst();
  }

  /** All rows, each as what it tells. */
  public static <T> List<T> rows(
      Connection connection, String sql, Function<Row, T> as, Object... binds) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, binds);
      try (ResultSet answer = statement.executeQuery()) {
        return Row.all(sql, answer).stream().map(as).toList();
      }
    }
  }

  /** All values of a query for one column, NULL read as the empty text. */
  public static List<String> column(Connection connection, String sql, Object... binds)
      throws SQLException {
    return rows(connection, sql, Row::only, binds);
  }

  private static void bind(PreparedStatement statement, Object... binds) throws SQLException {
    for (int i = 0; i < binds.length; i++) {
      statement.setObject(i + 1, binds[i]);
    }
  }
}
