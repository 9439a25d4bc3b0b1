package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Contention;
import dev.gatehouse.core.dialect.LockWitness;
import dev.gatehouse.core.dialect.LockWitness.Seen;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Told by error numbers, never by words. */
public final class MySqlContention implements Contention {
  public static final MySqlContention INSTANCE = new MySqlContention();

  private static final String SESSION =
      "SELECT p.user, p.command,"
          + " COALESCE(CONVERT_TZ(t.trx_started, 'SYSTEM', '+00:00'), '') AS since,"
          + " COALESCE(p.info, '') AS query"
          + " FROM information_schema.processlist p"
          + " LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id"
          + " WHERE p.id = ?";

  /** An account sees its own sessions without any right. */
  private static final String OWN_STATE =
      "SELECT state FROM information_schema.processlist WHERE id = ?";

  private static final int QUERY_SHOWN = 200;

  private MySqlContention() {}

  @Override
  public Optional<Clash> clash(SQLException error) {
    return Optional.ofNullable(
        switch (ErrorCodes.of(error)) {
          case ErrorCodes.LOCK_WAIT, ErrorCodes.NO_WAIT ->
              error instanceof ServerLock.NotFree
                  ? new Clash(
                      CODE + "latch",
                      "another session works on this database for a run",
                      " when that session is done")
                  : new Clash(
                      CODE + "lock-timeout",
                      "a lock did not come free in time",
                      " when they are done, or lengthen withLockTimeout(...)");
          case ErrorCodes.DEADLOCK ->
              new Clash(
                  CODE + "deadlock",
                  "a deadlock with another transaction was ended by giving up this one",
                  "; if it comes again, lock in the order the other does");
          case ErrorCodes.RECORD_CHANGED ->
              new Clash(
                  CODE + "serialization",
                  "the transaction could not be put into an order with another",
                  "; the other has committed by now");
          case ErrorCodes.INTERRUPTED, ErrorCodes.STATEMENT_TIME, ErrorCodes.EXECUTION_TIME ->
              new Clash(
                  STATEMENT_LIMIT,
                  "a statement was given up while it waited for others",
                  " when they are done, or lengthen withStatementTimeout(...)");
          default -> null;
        });
  }

  @Override
  public Witness watch(Target target, Connection session) {
    return LockWitness.watching(
        () -> Sessions.reading(target),
        beside -> seen(beside, SessionConnection.of(session).session().connection()),
        e ->
            e instanceof SQLException error
                ? "error " + ErrorCodes.of(error)
                : e.getClass().getSimpleName());
  }

  /** A wait is seen also where nobody tells this account for whom. */
  private static Seen seen(Connection beside, long waiting) throws SQLException {
    Blockers blockers = Blockers.of(beside, String.valueOf(waiting));
    List<String> lines = new ArrayList<>();
    for (String id : blockers.ids()) {
      lines.add("in the way: connection " + id + described(beside, id));
    }
    String state = Queries.column(beside, OWN_STATE, waiting).stream().findFirst().orElse("");
    if (lines.isEmpty() && isWait(state)) {
      lines.add("in the way: " + blockers + ", which holds the " + waitedFor(state));
    }
    return new Seen(
        lines, blockers.areHidden() ? blockers.toString() : "nobody was seen to block it");
  }

  /** Whether the server's list of sessions tells by these words that one waits for a lock. */
  public static boolean isWait(String state) {
    return state.startsWith("Waiting for ") && state.endsWith(" lock");
  }

  /** The lock that those words name. */
  public static String waitedFor(String state) {
    return state.substring("Waiting for ".length());
  }

  private static String described(Row session) {
    String since = session.text("since");
    String query = session.text("query");
    return " of %s, %s, %s%s"
        .formatted(
            session.text("user"),
            since.isEmpty()
                ? "in no transaction of InnoDB"
                : "in a transaction since " + since + "Z",
            session.text("command"),
            query.isEmpty() ? "" : ": " + shortened(query));
  }

  /** String literals are left out: they may be secrets. */
  private static String described(Connection beside, String id) throws SQLException {
    try {
      return Queries.first(beside, SESSION, MySqlContention::described, id)
          .orElse(", which is gone by now");
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return ", of which this account may see no more: GRANT PROCESS ON *.* TO "
            + Accounts.current(beside);
      }
      throw e;
    }
  }

  private static String shortened(String query) {
    String plain =
        query
            .replaceAll("'(?:[^'\\\\]|''|\\\\.)*+'?", "'...'")
            .replaceAll("\"(?:[^\"\\\\]|\"\"|\\\\.)*+\"?", "\"...\"")
            .replaceAll("\\s+", " ");
    return plain.length() > QUERY_SHOWN ? plain.substring(0, QUERY_SHOWN) : plain;
  }
}
