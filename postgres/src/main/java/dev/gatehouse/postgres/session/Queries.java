package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Gatehouse's own questions to a server.
 *
 * <p>Sessions that people's SQL runs in keep the account's search_path, in which anybody with
 * CREATE on one of its schemas may have put functions and operators that fit better than the
 * catalogue's. So each question of ours goes along with a search_path of the catalogue alone, for
 * its own length and in one round trip. An empty path would have the server look into temporary
 * tables first, and a script may have made one that is called as the catalogue's.
 */
public final class Queries {
  private static final String PIN =
      "SELECT pg_catalog.set_config('gatehouse.path', pg_catalog.current_setting('search_path'),"
          + " true), pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true); ";
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
    return one(connection, sql, binds).texts().get(0);
  }

  /** The first row of a query that always has one. */
  public static Row one(Connection connection, String sql, Object... binds) throws SQLException {
    return ask(connection, sql, binds).stream()
        .findFirst()
        .orElseThrow(() -> new SQLException("no row came from: " + sql));
  }

  public static boolean isTrue(Connection connection, String sql, Object... binds)
      throws SQLException {
    return pinned(connection, sql, binds).equals("t");
  }

  /** All rows, each as what it tells. */
  public static <T> List<T> rows(
      Connection connection, String sql, Function<Row, T> as, Object... binds) throws SQLException {
    return ask(connection, sql, binds).stream().map(as).toList();
  }

  /** The first row, as what it tells; empty when there is none. */
  public static <T> Optional<T> first(
      Connection connection, String sql, Function<Row, T> as, Object... binds) throws SQLException {
    return ask(connection, sql, binds).stream().findFirst().map(as);
  }

  /** All values of a query for one column, NULL read as the empty text. */
  public static List<String> column(Connection connection, String sql, Object... binds)
      throws SQLException {
    return rows(connection, sql, Row::only, binds);
  }

  /**
   * All rows, asked with the search_path that the session has: where a name means what it means to
   * people's statements, and where a stricter path was set for longer than a question.
   */
  public static <T> List<T> rowsOnPath(
      Connection connection, String sql, Function<Row, T> as, Object... binds) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, binds);
      return statement.execute() ? answer(sql, statement).stream().map(as).toList() : List.of();
    }
  }

  /** A statement that answers nothing, or nothing that matters. */
  public static void execute(Connection connection, String sql, Object... binds)
      throws SQLException {
    ask(connection, sql, binds);
  }

  /** Whether there is a row. */
  public static boolean exists(Connection connection, String sql, Object... binds)
      throws SQLException {
    return first(connection, sql, Function.identity(), binds).isPresent();
  }

  private static List<Row> ask(Connection connection, String sql, Object... binds)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PIN + sql + UNPIN)) {
      bind(statement, binds);
      statement.execute();
      return statement.getMoreResults() ? answer(sql, statement) : List.of();
    }
  }

  private static void bind(PreparedStatement statement, Object... binds) throws SQLException {
    for (int i = 0; i < binds.length; i++) {
      statement.setObject(i + 1, binds[i]);
    }
  }

  private static List<Row> answer(String sql, PreparedStatement statement) throws SQLException {
    try (ResultSet answer = statement.getResultSet()) {
      return Row.all(sql, answer);
    }
  }
}
