package dev.gatehouse.mysql.script;

import dev.gatehouse.mysql.session.CopyDatabase;
import dev.gatehouse.mysql.session.PinnedPrinting;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** What a statement makes of a table, found out on an empty one in the database gatehouse. */
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
    String made = "CREATE TABLE " + quoted + " " + before;
    return CopyDatabase.tried(
        session,
        quoted,
        copy -> {
          PinnedPrinting.of(copy, real -> done(real, made));
          UnprobeableStatement.run(copy, sql);
          return PinnedPrinting.of(copy, real -> text(real, quoted));
        });
  }

  /** The table that a CREATE TABLE makes. */
  static Optional<String> created(Connection session, String quoted, String sql)
      throws SQLException {
    return CopyDatabase.tried(
        session,
        quoted,
        copy -> {
          UnprobeableStatement.run(copy, sql);
          return PinnedPrinting.of(copy, real -> text(real, quoted));
        });
  }

  private static boolean done(Connection connection, String sql) throws SQLException {
    UnprobeableStatement.run(connection, sql);
    return true;
  }

  private static String text(Connection connection, String quoted) throws SQLException {
    return ObjectStates.printed(connection, "SHOW CREATE TABLE " + quoted, 2)
        .map(text -> TableText.of(text).text())
        .orElse(ObjectStates.ABSENT);
  }
}
