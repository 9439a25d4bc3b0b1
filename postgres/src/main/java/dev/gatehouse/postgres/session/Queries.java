package dev.gatehouse.postgres.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gatehouse's own questions to a server.
 *
 * <p>Sessions that people's SQL runs in keep the account's search_path, in which anybody with
 * CREATE on one of its schemas may have put functions and operators that fit better than the
 * catalogue's. So each question of ours goes along with an empty search_path, for its own length
 * and in one round trip.
 */
public final class Queries {
  private static final String PIN =
      "SELECT pg_catalog.set_config('gatehouse.path', pg_catalog.current_setting('search_path'),"
          + " true), pg_catalog.set_config('search_path', '', true); ";
  private static final String UNPIN =
      "; SELECT pg_catalog.set_config('search_path',"
          + " pg_catalog.current_setting('gatehouse.path'), true)";

  private Queries() {}

  /** A statement as it is, for settings and the like: no name in it may need a search_path. */
  public static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The search_path of the session, as it is. */
  public static String path(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_catalog.current_setting('search_path')")) {
      row.next();
      return row.getString(1);
    }
  }

  /** Another search_path, for the rest of the transaction. */
  public static void setPath(Connection connection, String path) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_catalog.set_config('search_path', ?, true)")) {
      statement.setString(1, path);
      statement.execute();
    }
  }

  /** First column of the first row, NULL read as the empty text; the query must have a row. */
  public static String pinned(Connection connection, String sql, Object... binds)
      throws SQLException {
    return first(sql, rows(connection, sql, binds));
  }

  private static String first(String sql, List<List<String>> rows) throws SQLException {
    if (rows.isEmpty()) {
      throw new SQLException("no row came from: " + sql);
    }
    return rows.get(0).get(0);
  }

  public static boolean isTrue(Connection connection, String sql, Object... binds)
      throws SQLException {
    return pinned(connection, sql, binds).equals("t");
  }

  /** The first row, NULL read as the empty text. */
  public static Optional<List<String>> row(Connection connection, String sql, Object... binds)
      throws SQLException {
    return rows(connection, sql, binds).stream().findFirst();
  }

  /** All rows, NULL read as the empty text. */
  public static List<List<String>> rows(Connection connection, String sql, Object... binds)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PIN + sql + UNPIN)) {
      for (int i = 0; i < binds.length; i++) {
        statement.setObject(i + 1, binds[i]);
      }
      statement.execute();
      boolean isResult = statement.getMoreResults();
      List<List<String>> all = new ArrayList<>();
      if (isResult) {
        try (ResultSet rows = statement.getResultSet()) {
          int columns = rows.getMetaData().getColumnCount();
          while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
              String value = rows.getString(i);
              row.add(value == null ? "" : value);
            }
            all.add(row);
          }
        }
      }
      return all;
    }
  }
}
