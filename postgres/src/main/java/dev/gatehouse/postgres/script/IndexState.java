package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * An index as it is now, and which one it is: another of the same name is another index.
 *
 * @param oid 0 when there is none
 */
record IndexState(Kind kind, long oid) {
  static final IndexState NONE = new IndexState(Kind.ABSENT, 0);

  enum Kind {
    ABSENT,
    VALID,
    /** What built or dropped it did not end, or goes on. */
    INVALID
  }

  private static final String SELECT =
      "SELECT i.indexrelid AS oid, i.indisvalid AND i.indisready AS valid FROM pg_catalog.pg_index"
          + " i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE ";

  /** The index of that name on that table. */
  static IndexState onTable(Connection connection, String name, long table) throws SQLException {
    return Queries.first(
            connection, SELECT + "c.relname = ? AND i.indrelid = ?", IndexState::of, name, table)
        .orElse(NONE);
  }

  static IndexState of(Connection connection, long oid) throws SQLException {
    return Queries.first(connection, SELECT + "i.indexrelid = ?", IndexState::of, oid).orElse(NONE);
  }

  private static IndexState of(Row row) {
    return new IndexState(row.isTrue("valid") ? Kind.VALID : Kind.INVALID, row.number("oid"));
  }

  String text() {
    return kind + " " + oid;
  }

  /**
   * As what was there before the statement is executed under that key. An invalid one that an
   * earlier attempt under the key has not found was left by that attempt, and is its work still.
   */
  void keepUnder(Connection connection, String key) throws SQLException {
    if (kind != Kind.INVALID || StateBefore.of(connection, key).isEmpty()) {
      StateBefore.keep(connection, key, text());
    }
  }
}
