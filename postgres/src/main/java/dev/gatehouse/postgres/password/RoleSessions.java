package dev.gatehouse.postgres.password;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.PasswordMethod.Account;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Sessions of a role in every database of the server; who they are of, everybody sees. */
final class RoleSessions implements PasswordMethod.OpenSessions {
  static final RoleSessions INSTANCE = new RoleSessions();

  /** What kind it is may be hidden; replication logs in by a password, workers do not. */
  private static final String THEIRS =
      " FROM pg_stat_activity WHERE usename = ? AND pid <> pg_backend_pid() AND"
          + " coalesce(backend_type, 'client backend') IN ('client backend', 'walsender')";

  /** With the start, where that is shown: numbers are used again. */
  private static final String ID = "pid || ' ' || coalesce(backend_start::text, '')";

  private static final String OPEN = "SELECT " + ID + THEIRS;

  private static final String END =
      "SELECT pg_terminate_backend(pid)"
          + THEIRS
          + " AND "
          + ID
          + " = ANY (string_to_array(?, ','))";

  private static final String MAY =
      "SELECT coalesce(own.rolsuper, false) OR (NOT theirs.rolsuper AND (pg_has_role(theirs.oid,"
          + " 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))) FROM pg_roles theirs LEFT JOIN"
          + " pg_roles own ON own.rolname = current_user WHERE theirs.rolname = ?";

  private RoleSessions() {}

  @Override
  public String open(Connection reading, Account account) throws SQLException {
    return "" + ids(reading, account).size();
  }

  @Override
  public void requireEnding(Connection reading, Account account) throws SQLException {
    if (!Queries.isTrue(reading, MAY, account.login())) {
      String own = SqlNames.quoted(Queries.pinned(reading, "SELECT current_user"));
      throw new Refusal(
          Finding.of(
                  "password.sessions",
                  "this account may not end the sessions of '" + account.login() + "'")
              .withFound(
                  "neither pg_signal_backend nor membership; those of a superuser a superuser ends")
              .withFix("GRANT pg_signal_backend TO " + own));
    }
  }

  @Override
  public List<String> preview(Account account) {
    return List.of("pg_terminate_backend of each session of " + SqlNames.quoted(account.login()));
  }

  @Override
  public List<String> ids(Connection reading, Account account) throws SQLException {
    return Queries.column(reading, OPEN, account.login());
  }

  @Override
  public void kill(Connection connection, Account account, List<String> ids) throws SQLException {
    Queries.column(connection, END, account.login(), String.join(",", ids));
  }
}
