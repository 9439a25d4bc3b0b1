package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * The server's table of locks ({@code max_locks_per_transaction}). DROP locks each object that goes
 * with another, not tables alone: 518 tables with their keys needed 11,251 locks to be dropped and
 * 4,842 to be made again, in a server that has room for 7,808 by default.
 */
final class LockRoom {
  private static final String SETTING = "max_locks_per_transaction";

  /** The setting times all processes that may ask, as the server reckons it when it starts. */
  private static final String ROOM =
      "SELECT each::bigint * processes AS locks, each, processes"
          + " FROM (SELECT current_setting('max_locks_per_transaction') AS each, sum(s.n) AS"
          + " processes FROM (SELECT coalesce(current_setting(name, true), '0')::bigint AS n"
          + " FROM unnest(ARRAY['max_connections', 'max_prepared_transactions',"
          + " 'max_worker_processes', 'max_wal_senders', CASE WHEN"
          + " current_setting('server_version_num')::int < 180000 THEN 'autovacuum_max_workers'"
          + " ELSE 'autovacuum_worker_slots' END]) name UNION ALL SELECT 1) s) room";

  /** What people made: it goes with its schema or with what it depends on. */
  private static final String PEOPLES =
      " FROM pg_depend d WHERE d.objid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e"
          + " WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')";

  private static final String DROPPED =
      "SELECT count(*) FROM (SELECT DISTINCT d.classid, d.objid" + PEOPLES + ") objects";

  /** Defaults, rules, triggers of foreign keys and arrays of rows are made without a lock. */
  private static final String MADE =
      "SELECT count(*) FROM (SELECT DISTINCT d.classid, d.objid"
          + PEOPLES
          + ") objects WHERE classid NOT IN ('pg_attrdef'::regclass, 'pg_rewrite'::regclass)"
          + " AND NOT EXISTS (SELECT FROM pg_trigger t WHERE classid = 'pg_trigger'::regclass"
          + " AND t.oid = objid AND t.tgisinternal)"
          + " AND NOT EXISTS (SELECT FROM pg_type a JOIN pg_type t ON t.oid = a.typelem"
          + " WHERE classid = 'pg_type'::regclass AND a.oid = objid AND a.typcategory = 'A'"
          + " AND t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid"
          + " AND c.relkind <> 'c'))";

  /** With a row type, a TOAST table and its index; with an index; with an array of it. */
  private static final Map<String, Integer> SEVERAL =
      Map.of(
          "TABLE", 4,
          "MATERIALIZED VIEW", 4,
          "VIEW", 2,
          "FOREIGN TABLE", 2,
          "CONSTRAINT", 2,
          "TYPE", 3,
          "DOMAIN", 3);

  private static final Set<String> NO_OBJECTS =
      Set.of(
          "TABLE DATA",
          "MATERIALIZED VIEW DATA",
          "STATISTICS DATA",
          "SEQUENCE SET",
          "SEQUENCE OWNED BY",
          "DEFAULT",
          "ACL",
          "DEFAULT ACL",
          "COMMENT",
          "SECURITY LABEL",
          "BLOB",
          "BLOBS",
          "BLOB METADATA",
          "ENCODING",
          "STDSTRINGS",
          "SEARCHPATH",
          "DATABASE",
          "DATABASE PROPERTIES");

  private LockRoom() {}

  /** How many locks there may be at the same time, of all sessions. */
  static long of(Connection session) throws SQLException {
    return Queries.one(session, ROOM).number("locks");
  }

  /** Locks to drop all that people made in the database. */
  static long toDrop(Connection session) throws SQLException {
    return Long.parseLong(Queries.pinned(session, DROPPED));
  }

  /** Locks to make it in another. */
  static long toMake(Connection session) throws SQLException {
    return Long.parseLong(Queries.pinned(session, MADE));
  }

  /**
   * Locks to make what an archive holds.
   *
   * @param kinds of its entries
   * @param constraints how many there are, as some have no entry of their own
   */
  static long toMake(Collection<String> kinds, long constraints) {
    long entries = kinds.stream().filter(kind -> kind.endsWith("CONSTRAINT")).count();
    return Math.max(0, constraints - entries)
        + kinds.stream()
            .filter(kind -> !NO_OBJECTS.contains(kind))
            .mapToLong(kind -> SEVERAL.getOrDefault(kind, 1))
            .sum();
  }

  /**
   * @param what needs them in one transaction
   * @param otherwise what helps beside the setting; may be empty
   */
  static void require(Connection session, long need, String what, String otherwise)
      throws SQLException {
    Row room = Queries.one(session, ROOM);
    long there = room.number("locks");
    if (need > there) {
      long perTransaction = need * 5 / 4 / room.number("processes") + 1;
      throw new Refusal(
          Finding.of("postgres.locks", what + " needs more locks than the server has room for")
              .withExpected("room for " + need + " locks in one transaction")
              .withFound(there + ": " + SETTING + " is " + room.text("each"))
              .withFix(raise(perTransaction) + otherwise));
    }
  }

  private static String raise(long perTransaction) {
    return "ALTER SYSTEM SET " + SETTING + " = " + perTransaction + ", then restart the server";
  }

  /** Work that may need more of them than others have left. */
  @FunctionalInterface
  interface Work<T> {
    T perform() throws Exception;
  }

  /**
   * @throws StepFailed when the table of locks was full: the server reports it as a lack of memory
   */
  static <T> T toldWhenFull(Work<T> work) throws Exception {
    try {
      return work.perform();
    } catch (SQLException e) {
      throw isFull(e) ? full(e) : e;
    }
  }

  private static boolean isFull(SQLException error) {
    return SqlStates.is(error, SqlStates.OUT_OF_MEMORY) && Driver.routine(error).contains("Lock");
  }

  private static StepFailed full(SQLException cause) {
    StepFailed failed =
        new StepFailed(
            Finding.of("postgres.locks", "the server had no room for more locks")
                .withExpected("room for those of a restore beside what others hold")
                .withFound(String.valueOf(cause.getMessage()))
                .withFix(
                    "run it again when others hold fewer; or raise "
                        + SETTING
                        + " (ALTER SYSTEM), then restart the server"));
    failed.initCause(cause);
    return failed;
  }
}
