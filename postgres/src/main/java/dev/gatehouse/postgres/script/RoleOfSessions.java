package dev.gatehouse.postgres.script;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The role that new sessions of the account begin with in this database, by ALTER ROLE or ALTER
 * DATABASE ... SET role. What backs up and restores opens sessions of its own, and pg_dump does: as
 * another role they would lack what the run was planned with, also to undo it.
 *
 * @param setting as the server keeps it, such as {@code role=app}; empty when there is none
 */
record RoleOfSessions(String setting) {
  /** The most specific one wins. Manual: ALTER ROLE, "SET configuration_parameter". */
  private static final String SETTING =
      "SELECT one FROM pg_catalog.pg_db_role_setting CROSS JOIN LATERAL"
          + " pg_catalog.unnest(setconfig) AS one WHERE one LIKE 'role=%' AND setdatabase IN (0,"
          + " (SELECT oid FROM pg_catalog.pg_database WHERE datname ="
          + " pg_catalog.current_database())) AND setrole IN (0, (SELECT oid FROM"
          + " pg_catalog.pg_roles WHERE rolname = session_user)) ORDER BY setrole = 0, setdatabase"
          + " = 0 LIMIT 1";

  static RoleOfSessions now(Connection connection) throws SQLException {
    return new RoleOfSessions(Queries.column(connection, SETTING).stream().findFirst().orElse(""));
  }

  /**
   * @throws StepFailed when a script has changed it
   */
  void requireSame(Connection connection) throws SQLException {
    RoleOfSessions now = now(connection);
    if (!now.equals(this)) {
      throw new StepFailed(
          Finding.of("script.role-of-sessions", "a script gives new sessions another role")
              .withExpected(
                  "sessions of this account with " + shown() + ", as the run was planned with")
              .withFound(now.shown())
              .withFix(
                  "take it out of the script, and set it when the run has ended: what still has to"
                      + " be backed up, restored or undone would lack this account's privileges"));
    }
  }

  private String shown() {
    return setting.isEmpty() ? "no role of their own" : setting;
  }
}
