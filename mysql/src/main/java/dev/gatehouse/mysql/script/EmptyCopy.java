package dev.gatehouse.mysql.script;

import dev.gatehouse.mysql.session.CopyDatabase;
import dev.gatehouse.mysql.session.PinnedPrinting;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** What a statement makes, found out in the database gatehouse. */
final class EmptyCopy {
  private EmptyCopy() {}

  /**
   * The table as that statement alters it.
   *
   * @param quoted its name in SQL, without a database
   * @param before as {@link TableText#text} has it
   * @return empty when the server refuses it
   */
  static Optional<String> altered(Connection session, String quoted, String before, String sql)
      throws SQLException {
    if (!before.startsWith("(")) {
      return Optional.empty();
    }
    return CopyDatabase.tried(
        session,
        "TABLE",
        quoted,
        copy -> {
          table(copy, quoted, before);
          return made(copy, "TABLE", quoted, sql);
        });
  }

  /** The object of that kind that a CREATE makes. */
  static Optional<String> created(Connection session, String kind, String quoted, String sql)
      throws SQLException {
    return CopyDatabase.tried(session, kind, quoted, copy -> made(copy, kind, quoted, sql));
  }

  /** The trigger that a CREATE TRIGGER makes, on an empty copy of its table. */
  static Optional<String> trigger(
      Connection session, String quoted, String table, String before, String sql)
      throws SQLException {
    return CopyDatabase.tried(
        session,
        "TABLE",
        table,
        copy -> {
          UnprobeableStatement.run(copy, "DROP TRIGGER IF EXISTS " + quoted);
          table(copy, table, before);
          return made(copy, "TRIGGER", quoted, sql);
        });
  }

  /** The event that a CREATE EVENT makes at the moment at which the clock of the session stands. */
  static Optional<String> event(Connection session, String quoted, String disabled)
      throws SQLException {
    String clock = Queries.one(session, "SELECT @@SESSION.timestamp");
    return CopyDatabase.tried(
        session,
        "EVENT",
        quoted,
        copy -> {
          UnprobeableStatement.run(copy, "SET SESSION timestamp = " + clock);
          return made(copy, "EVENT", quoted, disabled);
        });
  }

  private static void table(Connection copy, String quoted, String text) throws SQLException {
    String sql = "CREATE TABLE " + quoted + " " + text;
    PinnedPrinting.of(
        copy,
        real -> {
          UnprobeableStatement.run(real, sql);
          return sql;
        });
  }

  static String made(Connection copy, String kind, String name, String sql) throws SQLException {
    UnprobeableStatement.run(copy, sql);
    return PinnedPrinting.of(copy, real -> ObjectStates.state(real, kind, name));
  }
}
