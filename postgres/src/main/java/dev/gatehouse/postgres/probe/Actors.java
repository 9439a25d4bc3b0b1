package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.policy.OtherWays;
import dev.gatehouse.postgres.policy.OtherWays.Way;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * In whose name what somebody has built goes to the table, and whether policies keep tenants apart
 * even for them, whatever they are made to do with it.
 *
 * @param table with the role that goes there through others
 * @param known what decides over rows for an owner, in a relation
 */
record Actors(
    ProbeContext table,
    List<TenantRows> tree,
    OtherWays.Known ways,
    Map<String, List<Crossings>> known) {

  /** Those of these as whose owners something is done. */
  private static final String OWNERS =
      """
      SELECT o.rolname FROM unnest(?::text[]) given (name) JOIN pg_class c ON c.oid = CASE WHEN given.name NOT LIKE '%)' THEN to_regclass(given.name) END
        JOIN pg_roles o ON o.oid = c.relowner
      WHERE NOT coalesce((SELECT bool_or(split_part(s, '=', 2)::boolean) FROM unnest(c.reloptions) s WHERE s LIKE 'security_invoker=%'), false)
      UNION SELECT o.rolname FROM unnest(?::text[]) given (name) JOIN pg_proc p ON p.oid = CASE WHEN given.name LIKE '%)' THEN to_regprocedure(given.name) END
        JOIN pg_roles o ON o.oid = p.proowner
      WHERE p.prosecdef\
      """;

  /** Routines that set of themselves what tells the tenant. */
  private static final String SETTING =
      """
      SELECT 1 FROM unnest(?::text[]) given (name) JOIN pg_proc p ON p.oid = CASE WHEN given.name LIKE '%)' THEN to_regprocedure(given.name) END
      CROSS JOIN unnest(p.proconfig) config WHERE split_part(config, '=', 1) = ANY (?::text[])\
      """;

  static Actors of(ProbeContext table, List<TenantRows> tree, OtherWays.Known ways) {
    return new Actors(table, tree, ways, new HashMap<>());
  }

  /**
   * Whether none of those objects needs to be known, because tenants stay apart for whoever acts by
   * them.
   */
  boolean keepApart(Set<String> objects, TenantContext context) throws SQLException {
    return Queries.isTrue(
            table.session().admin(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        && keepApart(objects, context, new HashSet<>(Set.of(table.who().role())));
  }

  private boolean keepApart(Set<String> objects, TenantContext context, Set<String> asked)
      throws SQLException {
    Object[] all = objects.toArray();
    Connection admin = table.session().admin();
    boolean sets =
        Queries.exists(
            admin,
            SETTING,
            admin.createArrayOf("text", all),
            admin.createArrayOf("text", table.claim().settings().toArray()));
    if (sets) {
      return false;
    }
    for (String owner :
        Queries.column(
            admin, OWNERS, admin.createArrayOf("text", all), admin.createArrayOf("text", all))) {
      if (asked.add(owner) && !keepsApart(owner, context, asked)) {
        return false;
      }
    }
    return true;
  }

  private boolean keepsApart(String owner, TenantContext context, Set<String> asked)
      throws SQLException {
    for (TenantRows rows : tree) {
      if (!keepsApart(owner, rows, context)) {
        return false;
      }
    }
    OtherWays others = ways.of(owner);
    Set<String> further = new TreeSet<>();
    for (Way way : others.ways().values()) {
      further.addAll(way.through());
    }
    return others.untried().isEmpty() && keepApart(further, context, asked);
  }

  private boolean keepsApart(String owner, TenantRows rows, TenantContext context)
      throws SQLException {
    for (Crossings crossings : crossings(owner, rows)) {
      RowContents contents = crossings.contents(context);
      boolean bounded = contents.isTooMuch();
      try {
        if (!crossings.policies().unreadable().isEmpty()
            || !crossings
                .mayCross(bounded ? contents.fewer() : contents, crossings.unknown(bounded))
                .isEmpty()) {
          return false;
        }
      } catch (SQLException e) {
        if (!context.closedBy(e)) {
          return false;
        }
      }
    }
    return true;
  }

  /** A view is looked at as its owner, whose policies are then asked as who looks. */
  private List<Crossings> crossings(String owner, TenantRows rows) throws SQLException {
    String key = owner + "/" + rows.relation().oid();
    List<Crossings> before = known.get(key);
    if (before != null) {
      return before;
    }
    ProbeContext on =
        ProbeContext.of(
            table.claim(), table.session(), table.breaches(), new ActingSubject(owner, ""), rows);
    TablePolicies policies = TablePolicies.of(on, owner, List.of());
    List<Crossings> these =
        List.of(
            Crossings.of(on, owner, true, policies),
            Crossings.of(on, table.who().role(), true, policies));
    known.put(key, these);
    return these;
  }
}
