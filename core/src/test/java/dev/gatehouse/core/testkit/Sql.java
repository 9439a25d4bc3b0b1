package dev.gatehouse.core.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** SQL as tests need it. */
public final class Sql {
  private Sql() {}

  /** One statement, whatever it answers. */
  public static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Each row with a bar between its columns. */
  public static List<String> rows(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        StringBuilder row = new StringBuilder(String.valueOf(rows.getString(1)));
        for (int i = 2; i <= rows.getMetaData().getColumnCount(); i++) {
          row.append('|').append(rows.getString(i));
        }
        all.add(row.toString());
      }
      return all;
    }
  }

  /** The first row, with a bar between its columns. */
  public static String one(Connection connection, String query) throws SQLException {
    return rows(connection, query).get(0);
  }

  static long count(Connection connection) throws SQLException {
    return Long.parseLong(one(connection, "SELECT count(*) FROM " + DialectSubject.TABLE));
  }

  /** Names of the tables in the connection's own database and schema, sorted. */
  static List<String> tables(Connection connection) throws SQLException {
    try (ResultSet rows =
        connection
            .getMetaData()
            .getTables(
                connection.getCatalog(), connection.getSchema(), "%", new String[] {"TABLE"})) {
      List<String> names = new ArrayList<>();
      while (rows.next()) {
        names.add(String.valueOf(rows.getString("TABLE_NAME")));
      }
      return names.stream().sorted().toList();
    }
  }
}
