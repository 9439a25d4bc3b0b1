package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What policies come to on one table, for everybody they can hold for: the plans of a query, an
 * UPDATE and a DELETE that read nothing, and what new rows are asked. Predefined roles that have no
 * member are nobody. Two worlds of which all that is equal let the same rows pass.
 */
final class PolicyFacts {
  /** Beyond so many roles nothing is proved. */
  private static final int MOST_ROLES = 40;

  private static final String ACTORS =
      """
      SELECT r.rolname, has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE') AS writes,
        c.relrowsecurity AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE')) AS asked,
        (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
          AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
          AND has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE') ORDER BY a.attnum LIMIT 1) AS updatable
      FROM pg_roles r CROSS JOIN pg_class c
      WHERE c.oid = ?::oid AND NOT r.rolsuper AND NOT r.rolbypassrls
        AND (r.rolname !~ '^pg_' OR EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = r.oid))
        AND (r.oid = c.relowner OR has_table_privilege(r.oid, c.oid, 'DELETE')
          OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))
      ORDER BY r.rolname COLLATE "C\"\
      """;

  private static final String CHECKS =
      """
      SELECT CASE p.polcmd WHEN '*' THEN 'aw' ELSE p.polcmd::text END, p.polpermissive,
        coalesce(pg_get_expr(p.polwithcheck, p.polrelid), pg_get_expr(p.polqual, p.polrelid))
      FROM pg_policy p WHERE p.polrelid = ?::oid AND p.polcmd IN ('*', 'a', 'w')
        AND (0 = ANY (p.polroles) OR EXISTS (SELECT FROM unnest(p.polroles) o (r)
          WHERE pg_has_role((SELECT oid FROM pg_roles WHERE rolname = ?::text), o.r, 'USAGE')))
      ORDER BY 1, 2, 3\
      """;

  /**
   * A role that policies can hold for.
   *
   * @param writes whether it may write any column
   * @param asked whether policies hold for it
   * @param updatable a column that it may update, quoted; empty when there is none
   */
  private record Actor(String role, boolean writes, boolean asked, String updatable) {
    static Actor of(Row row) {
      return new Actor(
          row.text("rolname"), row.isTrue("writes"), row.isTrue("asked"), row.text("updatable"));
    }
  }

  private PolicyFacts() {}

  /** Empty when they are too many to tell. */
  static Optional<String> of(Connection connection, String table) throws SQLException {
    String name =
        Queries.rowsOnPath(
                connection,
                "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name"
                    + " FROM pg_class c"
                    + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ?::oid",
                row -> row.text("name"),
                table)
            .get(0);
    List<Actor> actors = Queries.rowsOnPath(connection, ACTORS, Actor::of, table);
    if (actors.size() > MOST_ROLES) {
      return Optional.empty();
    }
    StringBuilder facts = new StringBuilder();
    for (Actor actor : actors) {
      String role = actor.role();
      facts.append("\nas ").append(SqlNames.quoted(role));
      facts.append(plan(connection, role, "SELECT 1 FROM " + name));
      facts.append(plan(connection, role, "DELETE FROM " + name));
      if (!actor.updatable().isEmpty()) {
        facts.append(
            plan(connection, role, "UPDATE " + name + " SET " + actor.updatable() + " = NULL"));
      }
      if (actor.writes()) {
        facts.append("\nchecked ").append(actor.asked());
        if (actor.asked()) {
          facts.append(Queries.rowsOnPath(connection, CHECKS, Row::texts, table, role));
        }
      }
    }
    return Optional.of(facts.toString());
  }

  private static String plan(Connection connection, String role, String sql) throws SQLException {
    Queries.run(connection, "SAVEPOINT gatehouse_plan");
    try {
      Queries.rowsOnPath(
          connection,
          "SELECT set_config('row_security', 'on', true), set_config('role', ?, true)",
          Row::texts,
          role);
      return "\n"
          + Queries.rowsOnPath(connection, "EXPLAIN (VERBOSE, COSTS OFF) " + sql, Row::texts);
    } catch (SQLException e) {
      return "\n" + sql + " " + e.getSQLState();
    } finally {
      Queries.run(
          connection, "ROLLBACK TO SAVEPOINT gatehouse_plan; RELEASE SAVEPOINT gatehouse_plan");
    }
  }
}
