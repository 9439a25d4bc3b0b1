package dev.gatehouse.postgres.policy;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A view, a stored one, or a table that is read for what its policies do.
 *
 * @param quoted as the server prints it
 * @param words as people name it
 * @param invoker whether it is looked at as who asks
 * @param query what it shows, where that is one relation's rows
 * @param plain whether the server takes changes of it on to that relation, and nothing else does
 * @param checks whether it takes only rows that it would show
 */
public record BuiltView(
    String oid,
    String quoted,
    String words,
    String kind,
    String owner,
    boolean invoker,
    Optional<PrintedView> query,
    boolean plain,
    boolean checks) {

  private static final String VIEW =
      """
      SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted, n.nspname || '.' || c.relname AS words, c.relkind, o.rolname,
        coalesce((SELECT bool_or(split_part(s, '=', 2)::boolean) FROM unnest(c.reloptions) s WHERE s LIKE 'security_invoker=%'), false) AS invoker,
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS query,
        c.relkind = 'v' AND pg_relation_is_updatable(c.oid, false) <> 0
          AND NOT EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN')
          AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS plain,
        EXISTS (SELECT FROM unnest(c.reloptions) s WHERE s LIKE 'check_option=%') AS checks
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
      """;

  /** Those over these relations that the role may read. */
  private static final String OVER =
      """
      WITH RECURSIVE over AS (
        SELECT unnest(?::oid[]) AS rel
        UNION
        SELECT w.ev_class FROM over JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = over.rel
          AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class c ON c.oid = w.ev_class AND c.relkind IN ('v', 'm'))
      """
          + VIEW
          + """
      WHERE c.oid IN (SELECT rel FROM over) AND c.relkind IN ('v', 'm') AND has_schema_privilege(?::text, n.oid, 'USAGE')
        AND has_any_column_privilege(?::text, c.oid, 'SELECT')
      ORDER BY 2\
      """;

  public static List<BuiltView> over(Connection admin, List<String> oids, String role)
      throws SQLException {
    return Queries.rows(
        admin, OVER, BuiltView::of, admin.createArrayOf("oid", oids.toArray()), role, role);
  }

  /** Empty when the role may not even name it. */
  public static Optional<BuiltView> named(Connection admin, String quoted, String role)
      throws SQLException {
    return Queries.first(
        admin,
        VIEW
            + "WHERE c.oid = to_regclass(?::text) AND has_schema_privilege(?::text, n.oid, 'USAGE')",
        BuiltView::of,
        quoted,
        role);
  }

  private static BuiltView of(Row row) {
    return new BuiltView(
        row.text("oid"),
        row.text("quoted"),
        row.text("words"),
        row.text("relkind"),
        row.text("rolname"),
        row.isTrue("invoker"),
        PrintedView.of(row.text("query")),
        row.isTrue("plain"),
        row.isTrue("checks"));
  }

  public boolean stored() {
    return kind.equals("m");
  }
}
