package dev.gatehouse.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * In the place of collating sequences that only the application has, while every row is read once
 * and none is compared: SQLite plans no query at all on a table without rowid whose key is ordered
 * by one that it does not know.
 */
final class StandInCollations implements AutoCloseable {
  private final Connection connection;
  private final List<String> names;
  private final AtomicBoolean compared = new AtomicBoolean();

  private StandInCollations(Connection connection, List<String> names) {
    this.connection = connection;
    this.names = names;
  }

  /** Those that keys of tables without rowid are ordered by and that the connection lacks. */
  static List<String> missing(Connection connection) throws SQLException {
    List<String> missing = new ArrayList<>();
    for (String name :
        Queries.texts(
            connection,
            "SELECT DISTINCT x.coll FROM pragma_table_list AS t,"
                + " pragma_index_list(t.name, 'main') AS i, pragma_index_xinfo(i.name, 'main') AS x"
                + " WHERE t.schema = 'main' AND t.wr = 1")) {
      if (isMissing(connection, name)) {
        missing.add(name);
      }
    }
    return missing;
  }

  /** By its use: pragma_collation_list names also those that the schema only mentions. */
  private static boolean isMissing(Connection connection, String name) throws SQLException {
    try {
      Queries.number(connection, "SELECT 'a' < 'b' COLLATE " + SqlNames.quoted(name));
      return false;
    } catch (SQLException e) {
      if (!ResultCodes.lacksWhatTheApplicationHas(e)) {
        throw e;
      }
      return true;
    }
  }

  static StandInCollations on(Connection connection, List<String> names) throws SQLException {
    StandInCollations standIns = new StandInCollations(connection, names);
    for (String name : names) {
      Driver.createCollation(
          connection,
          name,
          (one, other) -> {
            standIns.compared.set(true);
            return one.compareTo(other);
          });
    }
    return standIns;
  }

  /** What was compared by one of these was compared wrongly. */
  void requireUnused() throws SQLException {
    if (compared.get()) {
      throw new SQLException(
          "rows were compared by " + String.join(", ", names) + ", which is not there");
    }
  }

  @Override
  public void close() throws SQLException {
    for (String name : names) {
      Driver.destroyCollation(connection, name);
    }
  }
}
