package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Policies of a small grammar, and what they let through, computed without any policy: their
 * expressions as conditions of plain queries of a superuser, put together as the manual says.
 */
final class RandomPolicies {

  private record Policy(boolean permissive, String command, String using, String check) {
    boolean isFor(String wanted) {
      return command.equals("ALL") || command.equals(wanted);
    }

    /** What rows that come about are asked; where it says nothing, what rows that are there are. */
    String checked() {
      return check.isEmpty() ? using : check;
    }

    String sql(int number) {
      return "CREATE POLICY p%d ON app.doc AS %s FOR %s%s%s"
          .formatted(
              number,
              permissive ? "PERMISSIVE" : "RESTRICTIVE",
              command,
              using.isEmpty() ? "" : " USING (" + using + ")",
              check.isEmpty() ? "" : " WITH CHECK (" + check + ")");
    }
  }

  /**
   * What a check must find.
   *
   * @param ways by which rows of others are reached, as codes of findings
   */
  record Truth(Set<String> ways, boolean hidden, boolean something) {
    boolean exposed() {
      return !ways.isEmpty();
    }
  }

  private static final String SETTING = "current_setting('app.tenant', true)";
  private static final List<String> ATOMS =
      List.of(
          "tenant = " + SETTING,
          "tenant = " + SETTING,
          "tenant = " + SETTING,
          "tenant = " + SETTING,
          "true",
          "false",
          "author = 'x'",
          "flag",
          "tenant = 'A'",
          SETTING + " = ''",
          "coalesce(" + SETTING + ", '') = ''",
          SETTING + " IS NULL",
          "tenant <> " + SETTING);

  private final Random random;
  private final List<Policy> policies = new ArrayList<>();
  private final Set<String> granted = new HashSet<>();
  private final boolean enabled;

  RandomPolicies(long seed) {
    random = new Random(seed);
    enabled = random.nextInt(12) > 0;
    for (String privilege : List.of("SELECT", "INSERT", "UPDATE", "DELETE")) {
      if (random.nextInt(10) < (privilege.equals("SELECT") ? 9 : 7)) {
        granted.add(privilege);
      }
    }
    int count = 1 + random.nextInt(4);
    if (random.nextInt(5) < 3) {
      // a world that is nearly right, so that green ones are not rare
      policies.add(new Policy(true, "ALL", ATOMS.get(0), ""));
      count = random.nextInt(3);
    }
    for (int i = 0; i < count; i++) {
      policies.add(policy());
    }
  }

  private Policy policy() {
    String command = pick(List.of("ALL", "SELECT", "INSERT", "UPDATE", "DELETE"));
    String using = command.equals("INSERT") ? "" : expression();
    boolean checks =
        command.equals("INSERT")
            || (List.of("ALL", "UPDATE").contains(command) && random.nextBoolean());
    return new Policy(random.nextInt(4) > 0, command, using, checks ? expression() : "");
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String expression() {
    return switch (random.nextInt(6)) {
      case 0 -> "(" + pick(ATOMS) + ") AND (" + pick(ATOMS) + ")";
      case 1 -> "(" + pick(ATOMS) + ") OR (" + pick(ATOMS) + ")";
      case 2 -> "NOT (" + pick(ATOMS) + ")";
      default -> pick(ATOMS);
    };
  }

  void make(Connection admin, String role) throws SQLException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "DROP SCHEMA IF EXISTS app CASCADE",
                "CREATE SCHEMA app",
                "GRANT USAGE ON SCHEMA app TO " + role,
                "CREATE TABLE app.doc (id serial PRIMARY KEY, tenant text, author text, flag"
                    + " boolean)",
                "INSERT INTO app.doc (tenant, author, flag) SELECT t, a, f FROM"
                    + " unnest('{A,B}'::text[]) t, unnest('{x,y}'::text[]) a,"
                    + " unnest('{f,t}'::boolean[]) f",
                "CREATE TABLE app.domain AS SELECT tenant, author, flag FROM app.doc"));
    if (!granted.isEmpty()) {
      all.add("GRANT " + String.join(", ", granted) + " ON app.doc TO " + role);
    }
    if (enabled) {
      all.add("ALTER TABLE app.doc ENABLE ROW LEVEL SECURITY");
    }
    for (int i = 0; i < policies.size(); i++) {
      all.add(policies.get(i).sql(i));
    }
    for (String sql : all) {
      Queries.run(admin, sql);
    }
  }

  Truth truth(Connection admin) throws SQLException {
    Set<String> ways = new TreeSet<>();
    boolean hidden = false;
    boolean something = false;
    for (String tenant : List.of("unset", "A", "B", "", "nobody")) {
      admin.setAutoCommit(false);
      if (!tenant.equals("unset")) {
        Queries.run(admin, "SELECT set_config('app.tenant', '" + tenant + "', true)");
      }
      Set<String> seen = tenants("doc", "SELECT", false, admin);
      Set<String> deleted = tenants("doc", "DELETE", false, admin);
      Set<String> updated = tenants("doc", "UPDATE", false, admin);
      Set<String> became = tenants("domain", "UPDATE", true, admin);
      Set<String> inserted = tenants("domain", "INSERT", true, admin);
      Set<String> own = Set.of(tenant);
      if (!own.containsAll(seen)) {
        ways.add("rowsecurity.exposed");
      }
      if (!own.containsAll(deleted)) {
        ways.add("rowsecurity.delete");
      }
      if (!own.containsAll(inserted)) {
        ways.add("rowsecurity.insert");
      }
      if (!updated.isEmpty()
          && !became.isEmpty()
          && (!own.containsAll(updated) || !own.containsAll(became))) {
        ways.add("rowsecurity.update");
      }
      hidden |= granted.contains("SELECT") && hides(tenant, admin);
      something |= seen.contains(tenant);
      admin.rollback();
      admin.setAutoCommit(true);
    }
    return new Truth(ways, hidden, something);
  }

  private boolean hides(String tenant, Connection admin) throws SQLException {
    return !Queries.pinned(
            admin,
            "SELECT count(*) FROM app.doc WHERE tenant = '"
                + tenant
                + "' AND ("
                + condition("SELECT", false)
                + ") IS NOT TRUE")
        .equals("0");
  }

  /** Whose rows pass. */
  private Set<String> tenants(String of, String command, boolean checked, Connection admin)
      throws SQLException {
    if (!granted.contains(command)) {
      return Set.of();
    }
    return Set.copyOf(
        Queries.column(
            admin,
            "SELECT DISTINCT tenant FROM app." + of + " WHERE " + condition(command, checked)));
  }

  private String condition(String command, boolean checked) {
    if (!enabled) {
      return "true";
    }
    String permissive = joined(command, checked, true, " OR ");
    String restrictive = joined(command, checked, false, " AND ");
    return (permissive.isEmpty() ? "false" : "(" + permissive + ")")
        + (restrictive.isEmpty() ? "" : " AND (" + restrictive + ")");
  }

  private String joined(String command, boolean checked, boolean permissive, String by) {
    return policies.stream()
        .filter(policy -> policy.permissive() == permissive && policy.isFor(command))
        .map(policy -> "(" + (checked ? policy.checked() : policy.using()) + ")")
        .collect(Collectors.joining(by));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("granted " + granted + (enabled ? "" : ", off"));
    for (int i = 0; i < policies.size(); i++) {
      text.append("\n").append(policies.get(i).sql(i));
    }
    return text.toString();
  }
}
