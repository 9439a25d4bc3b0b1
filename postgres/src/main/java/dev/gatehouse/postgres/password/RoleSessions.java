package dev.gatehouse.postgres.password;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.PasswordMethod.Account;
import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sessions of a role in every database of the server; who they are of, everybody sees. */
final class RoleSessions implements PasswordMethod.OpenSessions {
  static final RoleSessions INSTANCE = new RoleSessions();

  /** What kind it is may be hidden; replication logs in by a password, workers do not. */
  private static final String THEIRS =
      " FROM pg_stat_activity WHERE usename = ? AND pid <> pg_backend_pid() AND"
          + " coalesce(backend_type, 'client backend') IN ('client backend', 'walsender')";

  /** With the start, where that is shown: numbers are used again. */
  private static final String OPEN =
      "SELECT pid || ' ' || coalesce(backend_start::text, '')" + THEIRS;

  private static final String END = "SELECT pg_terminate_backend(pid)" + THEIRS;

  private static final String MAY =
      "SELECT coalesce(own.rolsuper, false) OR (NOT theirs.rolsuper AND (pg_has_role(theirs.oid,"
          + " 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))) FROM pg_roles theirs LEFT JOIN"
          + " pg_roles own ON own.rolname = current_user WHERE theirs.rolname = ?";

  private static final Poll POLL = Poll.every(Duration.ofMillis(20));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private RoleSessions() {}

  @Override
  public String open(Connection reading, Account account) throws SQLException {
    return "" + Queries.column(reading, OPEN, account.login()).size();
  }

  @Override
  public void requireEnding(Connection reading, Account account) throws SQLException {
    if (!Queries.isTrue(reading, MAY, account.login())) {
      String own = SqlNames.quoted(Queries.pinned(reading, "SELECT current_user"));
      throw refused(
          "this account may not end the sessions of '" + account.login() + "'",
          "neither pg_signal_backend nor membership; those of a superuser a superuser ends",
          "GRANT pg_signal_backend TO " + own);
    }
  }

  private static Refusal refused(String headline, String found, String fix) {
    return new Refusal(Finding.of("password.sessions", headline).withFound(found).withFix(fix));
  }

  @Override
  public List<String> preview(Account account) {
    return List.of("pg_terminate_backend of each session of " + SqlNames.quoted(account.login()));
  }

  @Override
  public long end(Connection connection, Account account) throws SQLException {
    Set<String> left = new HashSet<>(Queries.column(connection, OPEN, account.login()));
    int all = left.size();
    Queries.column(connection, END, account.login());
    POLL.until(
        PATIENCE,
        () -> {
          left.retainAll(Queries.column(connection, OPEN, account.login()));
          return left.isEmpty();
        });
    if (!left.isEmpty()) {
      throw refused(
          "sessions of '" + account.login() + "' do not end",
          "30 s after pg_terminate_backend: " + String.join(", ", left),
          "look at them in pg_stat_activity, then run it again");
    }
    return all;
  }
}
