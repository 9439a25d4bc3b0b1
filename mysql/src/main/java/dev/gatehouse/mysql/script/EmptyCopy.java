package dev.gatehouse.mysql.script;

import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.PinnedPrinting;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import dev.gatehouse.mysql.sql.PrintedSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a statement makes of a table, found out on an empty temporary table of the same name in a
 * session of its own, in which that name means the temporary table. It ends with the session. Needs
 * CREATE TEMPORARY TABLES on the database.
 */
final class EmptyCopy {
  private static final String TEMPORARY = "CREATE TEMPORARY TABLE ";

  /** Blanks and comments. */
  private static final String GAP = "(?:\\s|/\\*.*?\\*/|--\\s[^\\n]*\\n|#[^\\n]*\\n)+";

  private static final Pattern CREATE =
      Pattern.compile(
          "^CREATE(?:" + GAP + "OR" + GAP + "REPLACE)?" + GAP + "TABLE\\b",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** How a table is altered while others use it; a temporary table nobody else uses. */
  private static final Pattern MANNER =
      Pattern.compile(
          ",?\\s*\\b(?:ALGORITHM|LOCK)\\s*=?\\s*"
              + "(?:DEFAULT|INSTANT|INPLACE|NOCOPY|COPY|NONE|SHARED|EXCLUSIVE)\\b",
          Pattern.CASE_INSENSITIVE);

  private EmptyCopy() {}

  /**
   * The table as that statement alters it.
   *
   * @param quoted its name in SQL, and in the statement
   * @param before as {@link TableText#text} has it
   * @return empty when the servers do not do it to a temporary table
   */
  static Optional<String> altered(Connection session, String quoted, String before, String sql)
      throws SQLException {
    if (!before.startsWith("(")) {
      return Optional.empty();
    }
    TableText table = TableText.of(before);
    return tried(
        session,
        quoted,
        copy -> {
          String made = table.temporary(quoted);
          PinnedPrinting.of(copy, real -> done(real, made));
          requireTemporary(copy, quoted);
          UnprobeableStatement.run(copy, PrintedSql.of(sql).without(MANNER));
        },
        table);
  }

  /** The table that a CREATE TABLE makes. */
  static Optional<String> created(Connection session, String quoted, String sql)
      throws SQLException {
    String temporary = CREATE.matcher(sql).replaceFirst("CREATE TEMPORARY TABLE");
    if (temporary.equals(sql)) {
      return Optional.empty();
    }
    TableText alone = TableText.of("()");
    return tried(session, quoted, copy -> UnprobeableStatement.run(copy, temporary), alone);
  }

  @FunctionalInterface
  private interface Trial {
    void in(Connection copy) throws SQLException;
  }

  private static Optional<String> tried(
      Connection session, String quoted, Trial trial, TableText before) throws SQLException {
    try (Connection copy = Sessions.beside(session)) {
      Queries.run(
          copy, "SET SESSION default_tmp_storage_engine = @@SESSION.default_storage_engine");
      try {
        trial.in(copy);
      } catch (SQLException e) {
        if (ErrorCodes.of(e) == 0) {
          throw e;
        }
        return Optional.empty();
      }
      String text = requireTemporary(copy, quoted);
      return Optional.of(TableText.of(text).withForeignKeys(before.foreignKeys()).text());
    }
  }

  private static boolean done(Connection connection, String sql) throws SQLException {
    UnprobeableStatement.run(connection, sql);
    return true;
  }

  /** The statement would otherwise be executed on the table that is meant. */
  private static String requireTemporary(Connection copy, String quoted) throws SQLException {
    return PinnedPrinting.of(
        copy,
        real -> {
          try (Statement statement = real.createStatement();
              ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + quoted)) {
            String text = row.next() ? row.getString(2) : "";
            if (!text.startsWith(TEMPORARY)) {
              throw new Bug("the temporary table " + quoted + " is not the one its name means");
            }
            return text;
          }
        });
  }
}
