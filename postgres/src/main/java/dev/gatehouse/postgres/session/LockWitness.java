package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Contention;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Looks again and again who blocks a session, while it may wait: when it has given up, nobody
 * blocks it any more. A thread and a session of their own, opened only once the session takes
 * longer than a moment, and gone within a second of its end.
 *
 * <p>String literals of the other query are left out: they may be secrets. Sees whatever
 * pg_blocking_pids tells, which holds those who only queue before us, too. The query and the start
 * of another role's session are shown to members of pg_read_all_stats only.
 */
final class LockWitness implements Contention.Witness {
  private static final long FIRST_MILLIS = 60;
  private static final long EVERY_MILLIS = 100;
  private static final int QUERY_SHOWN = 200;

  private static final String IN_THE_WAY =
      "SELECT DISTINCT pid, application_name, usename, since, state, query FROM ("
          + "SELECT b.pid, a.application_name, a.usename,"
          + " to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"') AS since,"
          + " a.state, left(regexp_replace(regexp_replace(a.query, '''([^'']|'''')*''', '''...''',"
          + " 'g'), '\\s+', ' ', 'g'), "
          + QUERY_SHOWN
          + ") AS query"
          + " FROM unnest(pg_blocking_pids(%d)) AS b (pid)"
          + " LEFT JOIN pg_stat_activity a ON a.pid = b.pid) AS seen ORDER BY pid";

  /** Columns but the process are empty where the account may not see them. */
  private record Blocker(
      String pid, String application, String account, String since, String state, String query) {

    static Blocker of(Row row) {
      return new Blocker(
          row.text("pid"),
          row.text("application_name"),
          row.text("usename"),
          row.text("since"),
          row.text("state"),
          row.text("query"));
    }

    @Override
    public String toString() {
      if (pid.equals("0")) {
        return "in the way: a prepared transaction, see pg_prepared_xacts";
      }
      return "in the way: process %s (%s), account %s, %s: %s"
          .formatted(
              pid,
              application.isEmpty() ? "without a name" : application,
              account,
              since.isEmpty()
                  ? "since when this account may not see"
                  : "in a transaction since " + since + ", " + state,
              query);
    }
  }

  private final Target target;
  private final int pid;
  private final Thread thread;
  private volatile boolean done;
  private volatile List<Blocker> last = List.of();
  private volatile String blind = "it did not wait long enough for anybody to look";

  private LockWitness(Target target, int pid) {
    this.target = target;
    this.pid = pid;
    this.thread = new Thread(this::watch, "gatehouse-lock-witness");
    thread.setDaemon(true);
  }

  static LockWitness beside(Target target, Connection session) {
    LockWitness witness = new LockWitness(target, pid(session));
    if (witness.pid > 0) {
      witness.thread.start();
    }
    return witness;
  }

  private static int pid(Connection session) {
    try {
      return Driver.pidToldAtLogin(session);
    } catch (SQLException | RuntimeException e) {
      return 0;
    }
  }

  private void watch() {
    try {
      Thread.sleep(FIRST_MILLIS);
      try (Connection beside = Sessions.own(target)) {
        blind = "nobody was seen to block it";
        while (!done) {
          List<Blocker> seen = Queries.rows(beside, IN_THE_WAY.formatted(pid), Blocker::of);
          if (!seen.isEmpty()) {
            last = seen;
          }
          Thread.sleep(EVERY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException | RuntimeException e) {
      blind = "no session could be opened to look: SQLSTATE " + state(e);
    }
  }

  private static String state(Exception e) {
    return e instanceof SQLException error ? SqlStates.of(error) : e.getClass().getSimpleName();
  }

  @Override
  public boolean sawAny() {
    return !last.isEmpty();
  }

  @Override
  public String inTheWay() {
    List<Blocker> seen = last;
    return seen.isEmpty()
        ? "in the way: not known, " + blind
        : seen.stream().map(Blocker::toString).collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    done = true;
    thread.interrupt();
  }
}
