package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** What a role gets when it tries: as itself, and as each role it may SET ROLE to. */
record Attempts(
    Connection admin, EffectiveAccess access, AccessOracleTest.Tally tally, String name) {

  private static final String DENIED = "42501";

  /** No view of this kind is updatable, and no materialized view is. */
  private static final List<String> OF_THE_KIND = List.of("55000", "42809", "0A000");

  /** Statements of which one must get through for the privilege to be of use. */
  private static final Map<String, List<String>> USES =
      Map.of(
          "SELECT", List.of("select 1 from %s"),
          "INSERT",
              List.of(
                  "explain insert into %s default values",
                  "explain insert into %s (a) values (1)", "explain insert into %s (b) values (1)"),
          "UPDATE", List.of("explain update %s set a = 1", "explain update %s set b = 1"),
          "DELETE", List.of("explain delete from %s"),
          "TRUNCATE", List.of("truncate %s"));

  void compare(String role, String table) throws SQLException {
    for (String privilege : USES.keySet()) {
      Verdict verdict =
          access.verdict(role.replace("\"", ""), privilege, AccessObject.table(table));
      boolean weSay = verdict instanceof Verdict.Allowed;
      if (!succeeds("current_user", privilege, table)) {
        continue; // the kind of object takes no such statement from anybody
      }
      boolean engineSays = succeeds(role, privilege, table);
      tally.attempts++;
      tally.allowed += engineSays ? 1 : 0;
      if (weSay != engineSays) {
        tally.differences.add(
            name
                + ": "
                + role
                + " tried "
                + privilege
                + " on "
                + table
                + ": engine "
                + engineSays
                + ", ours "
                + verdict);
      }
    }
  }

  private boolean succeeds(String role, String privilege, String table) throws SQLException {
    admin.setAutoCommit(false);
    try (Statement statement = admin.createStatement()) {
      if (!role.equals("current_user")) {
        statement.execute("set local session authorization " + role);
      }
      for (String use : USES.getOrDefault(privilege, List.of())) {
        if (allowed(statement, use.formatted(table))) {
          return true;
        }
      }
      return false;
    } finally {
      admin.rollback();
      admin.setAutoCommit(true);
    }
  }

  private boolean allowed(Statement statement, String sql) throws SQLException {
    Savepoint before = admin.setSavepoint();
    try {
      statement.execute(sql);
      return true;
    } catch (SQLException e) {
      if (e.getSQLState().equals(DENIED) || OF_THE_KIND.contains(e.getSQLState())) {
        return false;
      }
      throw new SQLException(sql + ": " + e.getMessage(), e);
    } finally {
      admin.rollback(before);
    }
  }
}
