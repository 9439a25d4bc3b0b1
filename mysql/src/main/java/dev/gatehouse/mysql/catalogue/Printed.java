package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.mysql.sql.PrintedSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A definition as SHOW CREATE prints it, its definer beside it. */
record Printed(String definition, String definer) {
  private static final Pattern DEFINER = Pattern.compile("^CREATE .*?(DEFINER=(\\S+) )");

  /** Plain SQL, in which braces are none of JDBC's. */
  static String text(Connection connection, String show, int column) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet row = statement.executeQuery(show)) {
        String text = row.next() ? row.getString(column) : null;
        if (text == null) {
          throw new SQLException("the account may not read what this prints: " + show);
        }
        return text;
      }
    }
  }

  static Printed of(String text) {
    Matcher definer = DEFINER.matcher(PrintedSql.of(text).bare());
    return definer.find()
        ? new Printed(
            text.substring(0, definer.start(1)) + text.substring(definer.end(1)),
            text.substring(definer.start(2), definer.end(2)))
        : new Printed(text, "");
  }
}
