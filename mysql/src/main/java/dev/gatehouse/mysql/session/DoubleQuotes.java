package dev.gatehouse.mysql.session;

import dev.gatehouse.mysql.sql.PrintedSql;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Without ANSI_QUOTES what stands in double quotes is a text, also where it is meant for a column:
 * a check that compares two texts looks at no row. (Reference Manual, String Literals.)
 */
public final class DoubleQuotes {
  private static final Pattern TEXT = Pattern.compile("\"" + PrintedSql.BLANK + "+\"");
  private static final String NOBODYS = SqlNames.quoted("gatehouse_no_such_column");

  /** Unknown column, longer than a name, none that a column can have, and no place for a name. */
  private static final Set<Integer> NO_NAME = Set.of(1054, 1059, 1166, 1064);

  private static final int AMBIGUOUS = 1052;

  private DoubleQuotes() {}

  /**
   * Looks whether a text is meant for a column; prepares the query with a name in its place.
   *
   * @param query that the session has prepared
   * @throws SQLException when one of them is the name of a column that could stand there
   */
  public static void refuseColumns(Connection connection, String query) throws SQLException {
    Matcher texts = TEXT.matcher(PrintedSql.of(query).bare());
    if (!texts.find() || Queries.one(connection, "SELECT @@sql_mode").contains("ANSI_QUOTES")) {
      return;
    }
    do {
      String before = query.substring(0, texts.start());
      String behind = query.substring(texts.end());
      String name = SqlNames.quotedAsIs(query.substring(texts.start() + 1, texts.end() - 1));
      // Where any name would do, as for that of a result, none is a column's.
      if (isColumn(connection, before + name + behind)
          && !isColumn(connection, before + NOBODYS + behind)) {
        throw new SQLException(
            "a text in double quotes is the name of a column: write the column as "
                + name
                + ", and a text in single quotes");
      }
    } while (texts.find());
  }

  private static boolean isColumn(Connection connection, String query) throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(query)) {
      prepared.getMetaData();
      return true;
    } catch (SQLException e) {
      if (NO_NAME.contains(ErrorCodes.of(e))) {
        return false;
      }
      if (ErrorCodes.of(e) == AMBIGUOUS) {
        return true;
      }
      throw e;
    }
  }
}
