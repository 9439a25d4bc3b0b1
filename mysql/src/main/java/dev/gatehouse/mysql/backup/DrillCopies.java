package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.mysql.session.BinaryLog;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The databases that drills make: known by their name, by a table in them that marks them, and by a
 * lock that their drill holds as long as it lives. What dead drills left is found and dropped by
 * this.
 */
public final class DrillCopies {
  static final String PREFIX = BinaryLog.COPIES;
  private static final String MARK = "gatehouse_drill";

  /** With the mark, or empty because its drill died before it was marked. */
  private static final String THERE =
      "SELECT schema_name FROM information_schema.schemata s WHERE schema_name REGEXP"
          + " '^gatehouse_drill_[0-9a-f]{16}$' AND (EXISTS (SELECT 1 FROM"
          + " information_schema.tables t WHERE t.table_schema = s.schema_name AND t.table_name = '"
          + MARK
          + "') OR NOT EXISTS (SELECT 1 FROM information_schema.tables t"
          + " WHERE t.table_schema = s.schema_name)) ORDER BY schema_name";

  private DrillCopies() {}

  /** Of the step with that key. */
  static String name(String key) {
    return PREFIX + Sha256.of(key).substring(0, 16);
  }

  /**
   * Drops what drills left on that server that are over, for whatever reason.
   *
   * @param told of each that could not be dropped, with the statement that does
   * @return the names of those that were dropped
   */
  public static List<String> drop(Target server, Consumer<Finding> told) throws SQLException {
    try (Connection session = Sessions.writing(server)) {
      return sweep(server, session, told);
    }
  }

  static List<String> sweep(Target server, Connection session, Consumer<Finding> told)
      throws SQLException {
    List<String> dropped = new ArrayList<>();
    for (String name : Queries.column(session, THERE)) {
      if (!tryLock(session, name)) {
        continue;
      }
      try {
        drop(session, name);
        dropped.add(name);
      } catch (SQLException e) {
        told.accept(left(server, name, e));
      } finally {
        unlock(session, name);
      }
    }
    return dropped;
  }

  static boolean tryLock(Connection session, String name) throws SQLException {
    return Queries.one(session, "SELECT GET_LOCK(?, 0)", lock(name)).equals("1");
  }

  static void unlock(Connection session, String name) throws SQLException {
    Queries.one(session, "SELECT RELEASE_LOCK(?)", lock(name));
  }

  private static String lock(String name) {
    return "gatehouse.d." + name.substring(PREFIX.length());
  }

  /** Makes an empty one and marks it. */
  static void create(Connection session, String name, String defaults) throws SQLException {
    Queries.run(session, "CREATE DATABASE " + SqlNames.quoted(name) + " " + defaults);
    Queries.run(
        session,
        "CREATE TABLE " + SqlNames.quoted(name) + "." + MARK + " (begun DATETIME) ENGINE = InnoDB");
  }

  static void drop(Connection session, String name) throws SQLException {
    Queries.run(session, "DROP DATABASE IF EXISTS " + SqlNames.quoted(name));
  }

  /** That a copy is still there, why, and what removes it. */
  static Finding left(Target server, String name, Exception why) {
    String told =
        server.coordinates().map(where -> where.scrubber().describe(why)).orElse(why.toString());
    return Finding.of(
            "drill.left", "the copy " + name + " is still there, with all rows of the backup")
        .withExpected("the copy dropped when the drill is over")
        .withFound(told)
        .withFix(
            "DROP DATABASE IF EXISTS "
                + SqlNames.quoted(name)
                + "; the next drill on this server tries it too");
  }

  /** That database of the same server, for the same account. */
  static Target at(Target server, String name) {
    Target.Coordinates where = server.coordinates().orElseThrow(() -> new Bug("no coordinates"));
    String url = where.jdbcUrl();
    int question = url.indexOf('?');
    String place = question < 0 ? url : url.substring(0, question);
    String own =
        place.substring(0, place.lastIndexOf('/') + 1)
            + name
            + (question < 0 ? "" : url.substring(question));
    return where
        .secret()
        .map(secret -> Target.at("drill", own, where.account(), secret, server.dialect()))
        .orElseGet(() -> Target.at("drill", own, server.dialect()));
  }
}
