package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.OwnSessions;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SessionId;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What else is under way in the database: its locks would be in the way of a restore. */
final class RestoreSessions {
  /**
   * Of the sessions of other roles an ordinary account sees little; that a session is one of a
   * client shows in that it has a user and serves no replication slot.
   */
  private static final String OTHERS =
      "SELECT a.pid, "
          + SessionId.BEGAN
          + " AS began, a.pid::text || ' ' || coalesce(a.usename, '') || ' ' ||"
          + " coalesce(nullif(a.application_name, ''), 'no name') || ', ' || coalesce(a.state,"
          + " 'state hidden') AS described FROM pg_stat_activity a WHERE a.datname ="
          + " current_database() AND coalesce(a.backend_type, 'client backend') = 'client backend'"
          + " AND a.usesysid IS NOT NULL AND NOT EXISTS (SELECT FROM pg_replication_slots s WHERE"
          + " s.active_pid = a.pid) AND a.pid <> pg_backend_pid() ORDER BY a.pid";

  private static final String PREPARED =
      "SELECT quote_literal(gid) AS literal, owner, prepared::timestamp(0)::text"
          + " FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared, gid";

  /**
   * Another session.
   *
   * @param id empty where its start is hidden
   */
  private record Other(int pid, Optional<SessionId> id, String described) {
    static Other of(Row row) {
      return new Other(
          Math.toIntExact(row.number("pid")),
          row.text("began").isEmpty() ? Optional.empty() : Optional.of(SessionId.of(row)),
          row.text("described"));
    }
  }

  private static final Poll POLL = Poll.every(Duration.ofMillis(20));

  /** A server ends the session of a closed connection, or of a dump tool, in its own time. */
  private static final Duration LEAVING = Duration.ofSeconds(1);

  private static final Duration ENDING = Duration.ofSeconds(5);
  private static final int SHOWN = 10;

  private RestoreSessions() {}

  static void refuse(Connection session, String target) throws SQLException {
    requireNone(POLL.until(LEAVING, () -> others(session), List::isEmpty), target);
  }

  private static List<Other> others(Connection session) throws SQLException {
    Set<SessionId> own = OwnSessions.all();
    return Queries.rows(session, OTHERS, Other::of).stream()
        .filter(other -> own.stream().noneMatch(mine -> isMine(mine, other)))
        .toList();
  }

  /** An account that a step works as may not see when the run's own sessions began. */
  private static boolean isMine(SessionId mine, Other other) {
    return other.id().map(mine::equals).orElse(mine.pid() == other.pid());
  }

  private static void requireNone(List<Other> others, String target) throws SQLException {
    if (others.isEmpty()) {
      return;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new SQLException("interrupted while sessions were ended");
    }
    throw new Refusal(
        Finding.of("restore.sessions", "others are connected to '" + target + "'")
            .withExpected("nobody else in the database while it is restored")
            .withFound(shown(others.stream().map(Other::described).toList()))
            .withFix("stop the application first, or .endingSessions()"));
  }

  private static String shown(List<String> all) {
    return String.join("\n", all.stream().limit(SHOWN).toList())
        + (all.size() > SHOWN ? "\nand " + (all.size() - SHOWN) + " more" : "");
  }

  static void end(Connection session, String target) throws SQLException {
    requireNone(POLL.until(ENDING, () -> terminated(session), List::isEmpty), target);
  }

  /** Those who were there, told to end. */
  private static List<Other> terminated(Connection session) throws SQLException {
    List<Other> others = others(session);
    for (Other other : others) {
      terminate(session, other);
    }
    return others;
  }

  private static void terminate(Connection session, Other other) throws SQLException {
    try {
      Queries.pinned(session, "SELECT pg_terminate_backend(?)", other.pid());
    } catch (SQLException e) {
      if (!SqlStates.is(e, SqlStates.INSUFFICIENT_PRIVILEGE)) {
        throw e;
      }
      String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
      throw new Refusal(
          Finding.of("restore.signal", "the sessions of others may not be ended by this account")
              .withExpected("pg_signal_backend; for sessions of a superuser, one itself")
              .withFound(account + " may not end " + other.described())
              .withFix("GRANT pg_signal_backend TO " + account),
          e);
    }
  }

  /** They belong to no session, hold their locks for ever, and nobody ends them by ending one. */
  static void refusePrepared(Connection session) throws SQLException {
    List<Row> prepared = Queries.rows(session, PREPARED, Function.identity());
    if (!prepared.isEmpty()) {
      throw new Refusal(
          Finding.of("restore.prepared", "prepared transactions are open in the database")
              .withExpected("none: their locks would keep the restore from what they hold")
              .withFound(
                  shown(
                      prepared.stream()
                          .map(
                              row ->
                                  "%s of %s, prepared at %s"
                                      .formatted(
                                          row.text("literal"),
                                          row.text("owner"),
                                          row.text("prepared")))
                          .toList()))
              .withFix(
                  "end each, as its transaction manager decides: "
                      + String.join(
                          " ",
                          prepared.stream()
                              .limit(SHOWN)
                              .map(row -> "ROLLBACK PREPARED " + row.text("literal") + ";")
                              .toList())));
    }
  }
}
