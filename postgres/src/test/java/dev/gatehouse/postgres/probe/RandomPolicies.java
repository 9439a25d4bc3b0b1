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

  /** What no row there is lets pass, and a row of another content would. */
  private static final List<String> OF_CONTENTS =
      List.of(
          "tenant IS NULL",
          "tenant = ''",
          "flag IS NULL",
          "flag IS NOT TRUE",
          "state = 'public'",
          "state IN ('public', 'open')",
          "state <> 'draft'",
          "coalesce(state, 'all') = 'all'",
          "cents > 1000",
          "cents BETWEEN 2000 AND 3000",
          "cents < 0",
          "cents IS NULL",
          "day < date '2020-01-02'",
          "day = current_date",
          "tags @> '{public}'",
          "'open' = ANY (tags)",
          "author LIKE 'pub%'",
          "author = state",
          "lower(tenant) = lower(" + SETTING + ")",
          "starts_with(tenant, " + SETTING + ")",
          "state = " + SETTING,
          "tenant IS NOT DISTINCT FROM " + SETTING,
          "CASE WHEN flag THEN tenant = " + SETTING + " ELSE flag IS NULL END");

  /** Texts of these, at which the check tries the setting. */
  private static final List<String> SETTINGS =
      List.of("unset", "A", "B", "", "nobody", "%", "x", "public", "open", "draft", "all");

  /** What nobody makes up a value for. */
  private static final String UNKNOWABLE = "length(author) = 4711";

  private final Random random;
  private final List<Policy> policies = new ArrayList<>();
  private final Set<String> granted = new HashSet<>();
  private final List<RandomDoor> doors = new ArrayList<>();
  private final boolean enabled;

  /**
   * @param doors how many things are built over the table, at most
   * @param major version of the server
   */
  RandomPolicies(long seed, int doors, int major) {
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
      policies.add(new Policy(true, "ALL", nearlyRight(), ""));
      count = random.nextInt(5) / 2;
    }
    for (int i = 0; i < count; i++) {
      policies.add(policy());
    }
    for (int i = doors == 0 ? 0 : random.nextInt(doors + 1); i > 0; i--) {
      String where = random.nextInt(3) > 0 ? nearlyRight() : expression();
      this.doors.add(RandomDoor.of(random, i, where, major));
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

  private String nearlyRight() {
    String right = ATOMS.get(0);
    return switch (random.nextInt(4)) {
      case 0 -> right + " AND (" + atom() + " OR " + atom() + ")";
      case 1 -> right + " OR (" + atom() + " AND " + atom() + ")";
      default -> right;
    };
  }

  private String atom() {
    if (random.nextInt(60) == 0) {
      return UNKNOWABLE;
    }
    return pick(random.nextBoolean() ? ATOMS : OF_CONTENTS);
  }

  /** Whether it asks what cannot be answered by trying. */
  boolean unknowable() {
    return policies.toString().contains(UNKNOWABLE) || doors.toString().contains(UNKNOWABLE);
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String expression() {
    return switch (random.nextInt(6)) {
      case 0 -> "(" + atom() + ") AND (" + atom() + ")";
      case 1 -> "(" + atom() + ") OR (" + atom() + ")";
      case 2 -> "NOT (" + atom() + ")";
      default -> atom();
    };
  }

  void make(Connection admin, String role, String owner) throws SQLException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "DROP SCHEMA IF EXISTS app CASCADE",
                "CREATE SCHEMA app",
                "GRANT USAGE ON SCHEMA app TO " + role + ", " + owner,
                "CREATE TABLE app.doc (id serial PRIMARY KEY, tenant text, author text, flag"
                    + " boolean, state text DEFAULT 'draft', cents int DEFAULT 5, day date DEFAULT"
                    + " '2030-01-01', tags text[] DEFAULT '{}', note text)",
                "INSERT INTO app.doc (tenant, author, flag) SELECT t, a, f FROM"
                    + " unnest('{A,B}'::text[]) t, unnest('{x,y}'::text[]) a,"
                    + " unnest('{f,t}'::boolean[]) f",
                "CREATE TABLE app.domain AS SELECT tenant, author, flag, state, cents, day, tags"
                    + " FROM unnest('{A,B,C,a,b,Ab,nobody,x,public,\"\",NULL}'::text[]) tenant,"
                    + " unnest('{x,publisher,public,draft,NULL}'::text[] || repeat('z', 4711))"
                    + " author, unnest('{f,t,NULL}'::boolean[]) flag,"
                    + " unnest('{draft,public,open,all,A,B,x,nobody,%,\"\",NULL}'::text[]) state,"
                    + " unnest('{5,-7,1500,2500,99999,NULL}'::int[]) cents,"
                    + " (VALUES ('2030-01-01'::date), ('2019-05-05'), (current_date), (NULL)) d (day),"
                    + " (VALUES ('{}'::text[]), ('{public,open}'), ('{public}'), (NULL)) t (tags)"
                    + " WHERE (author IS NOT DISTINCT FROM 'x')::int + (flag IS FALSE)::int + (state IS NOT"
                    + " DISTINCT FROM 'draft')::int +"
                    + " (cents IS NOT DISTINCT FROM 5)::int + (day IS NOT DISTINCT FROM '2030-01-01')::int +"
                    + " (tags IS NOT DISTINCT FROM '{}')::int >= 3"));
    if (!granted.isEmpty()) {
      all.add("GRANT " + String.join(", ", granted) + " ON app.doc TO " + role);
    }
    if (enabled) {
      all.add("ALTER TABLE app.doc ENABLE ROW LEVEL SECURITY");
    }
    for (int i = 0; i < policies.size(); i++) {
      all.add(policies.get(i).sql(i));
    }
    all.add("GRANT ALL ON app.doc TO " + owner);
    doors.forEach(door -> all.addAll(door.made(role, owner)));
    for (String sql : all) {
      Queries.run(admin, sql);
    }
  }

  Truth truth(Connection admin) throws SQLException {
    Set<String> ways = new TreeSet<>();
    boolean hidden = false;
    boolean something = false;
    for (String tenant : SETTINGS) {
      admin.setAutoCommit(false);
      if (!tenant.equals("unset")) {
        Queries.run(admin, "SELECT set_config('app.tenant', '" + tenant + "', true)");
      }
      Set<String> seen = tenants("domain", "SELECT", false, admin);
      Set<String> deleted = tenants("domain", "DELETE", false, admin);
      Set<String> updated = tenants("domain", "UPDATE", false, admin);
      Set<String> became = tenants("domain", "UPDATE", true, admin);
      Set<String> inserted = tenants("domain", "INSERT", true, admin);
      Set<String> own = Set.of(tenant.equals("unset") ? "" : tenant);
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
      for (RandomDoor door : doors) {
        ways.addAll(door.ways(granted, own, asked -> whose(asked, admin)));
      }
      hidden |= granted.contains("SELECT") && hides(tenant, admin);
      something |= tenants("doc", "SELECT", false, admin).contains(tenant);
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
    return whose(new RandomDoor.Asked(of, command, checked, false, true, "true"), admin);
  }

  private Set<String> whose(RandomDoor.Asked asked, Connection admin) {
    String policies = asked.bound() ? condition(asked.command(), asked.checked()) : "true";
    if (asked.bound() && asked.command().equals("UPDATE+INSERT")) {
      policies =
          "(%s) AND (%s) AND (%s)"
              .formatted(
                  condition("UPDATE", true), condition("INSERT", true), condition("SELECT", false));
    }
    if (asked.bound() && asked.command().equals("UPDATE+SELECT")) {
      // what is in the way of a proposed row must be seen, too
      policies = "(%s) AND (%s)".formatted(condition("UPDATE", false), condition("SELECT", false));
    }
    if (asked.bound() && asked.stays()) {
      // its WHERE reads, and policies for SELECT apply, too
      policies = "(%s) AND (%s)".formatted(policies, condition("SELECT", false));
      if (asked.command().equals("UPDATE")) {
        policies = "(%s) AND (%s)".formatted(policies, condition("UPDATE", true));
      }
    }
    try {
      return Set.copyOf(
          Queries.column(
              admin,
              "SELECT DISTINCT coalesce(tenant, '(none)') FROM app.%s WHERE (%s) AND (%s)"
                  .formatted(asked.of(), policies, asked.where())));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
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
    doors.forEach(door -> text.append("\n").append(door));
    return text.toString();
  }
}
