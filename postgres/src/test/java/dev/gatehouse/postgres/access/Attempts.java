package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a role gets when it tries, in a transaction that is rolled back. */
record Attempts(
    Connection admin, EffectiveAccess access, AccessOracleTest.Tally tally, String name) {

  /** Statements of which one must get through for the privilege to be of use. */
  private static final Map<String, List<String>> USES =
      Map.of(
          "SELECT",
          List.of("select 1 from %s"),
          "INSERT",
          List.of(
              "explain insert into %s default values",
              "explain insert into %s (a) values (1)", "explain insert into %s (b) values (1)"),
          "UPDATE",
          List.of("explain update %s set a = 1", "explain update %s set b = 1"),
          "DELETE",
          List.of("explain delete from %s"),
          "TRUNCATE",
          List.of("truncate %s"));

  /** Tells how far a statement gets, and undoes it. */
  private static final String ATTEMPT =
      """
      create or replace function public.attempt(statement text) returns text language plpgsql as $$
      begin
        begin
          execute statement;
          raise sqlstate 'GH001';
        exception when sqlstate 'GH001' then return 'ok';
          when others then return sqlstate;
        end;
      end $$""";

  /** One use of a privilege on a table. */
  private record Use(String privilege, String table, String statement) {}

  void compare(List<String> roles, List<String> tables) throws SQLException {
    List<Use> uses = new ArrayList<>();
    for (String table : tables) {
      USES.forEach(
          (privilege, statements) ->
              statements.forEach(sql -> uses.add(new Use(privilege, table, sql.formatted(table)))));
    }
    try (Statement statement = admin.createStatement()) {
      statement.execute("grant usage on schema public to public");
      statement.execute(ATTEMPT);
    }
    Map<String, Boolean> anybody = results("current_user", uses);
    for (String role : roles) {
      Map<String, Boolean> results = results(role, uses);
      for (Map.Entry<String, Boolean> result : results.entrySet()) {
        // the kind of object may take no such statement from anybody
        if (Boolean.TRUE.equals(anybody.get(result.getKey()))) {
          compare(role, result.getKey(), result.getValue());
        }
      }
    }
  }

  private void compare(String role, String what, boolean engineSays) {
    int blank = what.indexOf(' ');
    Verdict verdict =
        access.verdict(
            role.replace("\"", ""),
            what.substring(0, blank),
            AccessObject.table(what.substring(blank + 1)));
    tally.attempts++;
    tally.allowed += engineSays ? 1 : 0;
    if (verdict instanceof Verdict.Allowed != engineSays) {
      tally.differences.add(
          name + ": " + role + " tried " + what + ": engine " + engineSays + ", ours " + verdict);
    }
  }

  private Map<String, Boolean> results(String role, List<Use> uses) throws SQLException {
    admin.setAutoCommit(false);
    try (Statement statement = admin.createStatement();
        PreparedStatement attempts =
            admin.prepareStatement(
                "select public.attempt(s) from unnest(?) with ordinality u (s, n) order by n")) {
      if (!role.equals("current_user")) {
        statement.execute("set local session authorization " + role);
      }
      attempts.setArray(
          1, admin.createArrayOf("text", uses.stream().map(Use::statement).toArray()));
      Map<String, Boolean> results = new LinkedHashMap<>();
      try (ResultSet rows = attempts.executeQuery()) {
        for (Use use : uses) {
          rows.next();
          results.merge(
              use.privilege() + " " + use.table(),
              rows.getString(1).equals("ok"),
              Boolean::logicalOr);
        }
      }
      return results;
    } finally {
      admin.rollback();
      admin.setAutoCommit(true);
    }
  }
}
