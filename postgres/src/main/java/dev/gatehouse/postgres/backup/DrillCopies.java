package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The databases that drills make: known by their name, their comment, and a lock that their drill
 * holds as long as it lives. What dead drills left is found and dropped by this.
 */
public final class DrillCopies {
  static final String PREFIX = "gatehouse_drill_";
  static final String OWNER = "restore drill of Gatehouse, begun in database ";

  /** Whether the row d of pg_database is one that a drill has made. */
  public static final String IS_ONE =
      "d.datname ~ '^"
          + PREFIX
          + "[0-9a-f]{16}$' AND starts_with(shobj_description(d.oid, 'pg_database'), '"
          + OWNER
          + "')";

  /** First half of the keys of the locks of drills: "dril" in ASCII. */
  private static final int SPACE = 0x6472696c;

  /** Of any database of the server: their locks are seen from everywhere. */
  private static final String ABANDONED =
      "SELECT d.datname FROM pg_database d WHERE "
          + IS_ONE
          + " AND pg_has_role(d.datdba, 'USAGE') ORDER BY d.datname";

  private static final String HELD =
      "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid::bigint = ?"
          + " AND objid::bigint = ?";

  private static final String HOLDERS =
      "SELECT 'pid ' || pid || ' of ' || coalesce(usename, '') || ' ' || coalesce(nullif("
          + "application_name, ''), 'no name') FROM pg_stat_activity WHERE datname = ?"
          + " ORDER BY pid LIMIT 5";

  private static final Poll GONE = Poll.every(Duration.ofMillis(20));
  private static final Duration ENDING = Duration.ofSeconds(2);

  private DrillCopies() {}

  /**
   * Drops what drills left on that server that are over, for whatever reason. Needs to own them, as
   * the account does that made them.
   *
   * @param told of each that could not be dropped, with the statement that does
   * @return the names of those that were dropped
   */
  public static List<String> drop(Target server, Consumer<Finding> told) throws SQLException {
    try (Connection session = Sessions.own(server)) {
      Queries.run(session, "SET statement_timeout = 0");
      return sweep(server, session, told);
    }
  }

  static List<String> sweep(Target server, Connection session, Consumer<Finding> told)
      throws SQLException {
    List<String> dropped = new ArrayList<>();
    for (String name : Queries.column(session, ABANDONED)) {
      long key = Integer.toUnsignedLong(name.hashCode());
      if (!Queries.column(session, HELD, (long) SPACE, key).isEmpty() || !tryLock(session, name)) {
        continue;
      }
      try {
        drop(server, session, name);
        dropped.add(name);
      } catch (SQLException | RuntimeException e) {
        told.accept(left(server, name, e));
      } finally {
        unlock(session, name);
      }
    }
    return dropped;
  }

  static boolean tryLock(Connection session, String name) throws SQLException {
    return Queries.isTrue(session, "SELECT pg_try_advisory_lock(?, ?)", SPACE, name.hashCode());
  }

  private static void unlock(Connection session, String name) throws SQLException {
    Queries.pinned(session, "SELECT pg_advisory_unlock(?, ?)", SPACE, name.hashCode());
  }

  static void drop(Target server, Connection session, String name) throws SQLException {
    endSubscriptions(server, session, name);
    // one of ours that was closed may be there still, and under a role that may not end it
    GONE.until(ENDING, () -> Queries.column(session, HOLDERS, name).isEmpty());
    Queries.run(session, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  /** They keep a database from being dropped; the slot they name is of the source, and stays. */
  private static void endSubscriptions(Target server, Connection session, String name)
      throws SQLException {
    List<String> subscriptions =
        Queries.column(
            session,
            "SELECT quote_ident(s.subname) FROM pg_subscription s"
                + " JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = ?",
            name);
    if (subscriptions.isEmpty()) {
      return;
    }
    try (Connection within = Sessions.own(at(server, name))) {
      for (String subscription : subscriptions) {
        Queries.run(within, "ALTER SUBSCRIPTION " + subscription + " DISABLE");
        Queries.run(within, "ALTER SUBSCRIPTION " + subscription + " SET (slot_name = NONE)");
        Queries.run(within, "DROP SUBSCRIPTION " + subscription);
      }
    }
  }

  /** That a copy is still there, why, and what removes it. */
  static Finding left(Target server, String name, Exception why) {
    List<String> found = new ArrayList<>();
    found.add(ToolLogin.of(server).scrubber().describe(why));
    try (Connection session = Sessions.own(server)) {
      Queries.column(session, HOLDERS, name)
          .forEach(holder -> found.add(holder + " is connected to it"));
    } catch (SQLException unknown) {
      found.add("the server does not tell who is connected to it");
    }
    return Finding.of(
            "drill.left", "the copy " + name + " is still there, with all rows of the backup")
        .withExpected("the copy dropped when the drill is over")
        .withFound(String.join("\n", found))
        .withFix(
            "DROP DATABASE IF EXISTS "
                + name
                + " WITH (FORCE)  -- by its owner when nobody is connected to it, or by a"
                + " superuser; the next drill on this server tries it too");
  }

  /** That database of the same server, for the same account. */
  static Target at(Target server, String name) {
    Target.Coordinates where = server.coordinates().orElseThrow(() -> new Bug("no coordinates"));
    String url = where.jdbcUrl();
    int question = url.indexOf('?');
    String place = question < 0 ? url : url.substring(0, question);
    int slash = place.lastIndexOf('/');
    String own =
        (slash < 0 ? "jdbc:postgresql:" : place.substring(0, slash + 1))
            + name
            + (question < 0 ? "" : url.substring(question));
    return where
        .secret()
        .map(secret -> Target.at("drill", own, where.account(), secret, server.dialect()))
        .orElseGet(() -> Target.at("drill", own, server.dialect()));
  }
}
