package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Path;
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

  /** Steps that are no statements. */
  private static final List<String> WORDS = List.of("use of that right", "PREPARE the statement");

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

  /** One use of a privilege on a table, perhaps after other statements. */
  private record Use(String key, String statement) {}

  /** What is left to try once the verdict is known. */
  private record Claim(String text, boolean mustSucceed, List<Use> uses) {}

  void compare(List<String> roles, List<String> tables) throws SQLException {
    List<Use> uses = new ArrayList<>();
    for (String table : tables) {
      USES.keySet().forEach(privilege -> uses.addAll(uses(privilege, table, "")));
    }
    try (Statement statement = admin.createStatement()) {
      statement.execute("grant usage on schema public to public");
      statement.execute(ATTEMPT);
    }
    Map<String, Boolean> anybody = results("current_user", uses);
    for (String role : roles) {
      List<String> others = becomes(role, roles);
      List<Claim> claims = new ArrayList<>();
      for (Map.Entry<String, Boolean> result : results(role, uses).entrySet()) {
        // the kind of object may take no such statement from anybody
        if (Boolean.TRUE.equals(anybody.get(result.getKey()))) {
          compare(role, result.getKey(), result.getValue(), others, claims);
        }
      }
      hold(role, claims);
    }
  }

  /** A statement behind a SET ROLE that is rejected is never reached. */
  private List<String> becomes(String role, List<String> roles) throws SQLException {
    List<Use> uses = roles.stream().map(other -> new Use(other, "set role " + other)).toList();
    Map<String, Boolean> results = results(role, uses);
    return roles.stream().filter(other -> Boolean.TRUE.equals(results.get(other))).toList();
  }

  private static List<Use> uses(String privilege, String table, String before) {
    return USES.getOrDefault(privilege, List.of()).stream()
        .map(use -> new Use(privilege + " " + table, before + use.formatted(table)))
        .toList();
  }

  private void compare(
      String role, String what, boolean engineSays, List<String> others, List<Claim> claims) {
    int blank = what.indexOf(' ');
    String privilege = what.substring(0, blank);
    String table = what.substring(blank + 1);
    Verdict verdict = access.verdict(role.replace("\"", ""), privilege, AccessObject.table(table));
    tally.attempts++;
    tally.allowed += engineSays ? 1 : 0;
    if (verdict instanceof Verdict.Allowed != engineSays) {
      tally.differences.add(
          name + ": " + role + " tried " + what + ": engine " + engineSays + ", ours " + verdict);
    } else if (verdict instanceof Verdict.Reachable reachable) {
      for (Path path : reachable.paths()) {
        if (path.missing().stream().noneMatch(WORDS::contains)) {
          String steps = String.join("; ", path.missing()) + "; ";
          List<Use> tries = new ArrayList<>(uses(privilege, table, steps));
          tries.addAll(uses(privilege, table, steps + "reset role; "));
          claims.add(new Claim(what + " by " + path, true, tries));
        }
      }
    } else if (verdict instanceof Verdict.Denied) {
      List<Use> tries = new ArrayList<>();
      for (String other : others) {
        tries.addAll(uses(privilege, table, "set role " + other + "; "));
      }
      claims.add(new Claim(what + " by SET ROLE", false, tries));
    }
  }

  /** What is reachable is reached by its steps, and what is denied by no SET ROLE. */
  private void hold(String role, List<Claim> claims) throws SQLException {
    List<Use> uses = new ArrayList<>();
    for (Claim claim : claims) {
      claim.uses().forEach(use -> uses.add(new Use(claim.text(), use.statement())));
    }
    Map<String, Boolean> results = results(role, uses);
    for (Claim claim : claims) {
      tally.reached++;
      if (Boolean.TRUE.equals(results.get(claim.text())) != claim.mustSucceed()) {
        tally.differences.add(
            name + ": " + role + ": " + claim.text() + ": must succeed " + claim.mustSucceed());
      }
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
          results.merge(use.key(), rows.getString(1).equals("ok"), Boolean::logicalOr);
        }
      }
      return results;
    } finally {
      admin.rollback();
      admin.setAutoCommit(true);
    }
  }
}
