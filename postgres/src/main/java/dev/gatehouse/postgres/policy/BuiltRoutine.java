package dev.gatehouse.postgres.policy;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * A routine that may come to the table.
 *
 * @param signature as the server prints it
 * @param needed how many arguments a call must give
 * @param kind as pg_proc has it
 * @param definer whether it runs as its owner
 * @param bound whether policies apply to its owner, if it does
 * @param body empty where it is no text that can be read
 * @param path its own search path; empty for none
 */
public record BuiltRoutine(
    String schema,
    String name,
    String signature,
    long needed,
    String type,
    String kind,
    String arguments,
    String owner,
    boolean definer,
    boolean bound,
    String body,
    String path) {

  /**
   * Those that the role may call and that see past the policies, whatever stands in their bodies;
   * and further ones by their signatures.
   */
  private static final String QUERY =
      """
      SELECT n.nspname, p.proname, p.oid::regprocedure::text AS signature, p.pronargs - p.pronargdefaults AS needed, p.prorettype::regtype, p.prokind,
        pg_get_function_identity_arguments(p.oid) AS arguments, o.rolname, p.prosecdef, p.prosecdef AND NOT sees AS bound,
        CASE WHEN l.lanname IN ('sql', 'plpgsql') THEN coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) END AS body,
        coalesce((SELECT substr(c, 13) FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%'), '') AS path
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner JOIN pg_language l ON l.oid = p.prolang
      CROSS JOIN pg_class t CROSS JOIN LATERAL (SELECT o.rolsuper OR o.rolbypassrls
        OR pg_has_role(o.oid, t.relowner, 'USAGE') AND NOT t.relforcerowsecurity OR NOT t.relrowsecurity) past (sees)
      WHERE t.oid = ?::oid AND (p.oid = ANY (?::text[]::regprocedure[])
        OR p.prosecdef AND p.oid >= 16384 AND p.proowner <> (SELECT oid FROM pg_roles WHERE rolname = ?::text)
        AND (has_table_privilege(o.oid, t.oid, 'SELECT, INSERT, UPDATE, DELETE')
          OR has_any_column_privilege(o.oid, t.oid, 'SELECT, INSERT, UPDATE'))
        AND sees AND has_schema_privilege(?::text, n.oid, 'USAGE') AND has_function_privilege(?::text, p.oid, 'EXECUTE'))
      ORDER BY 1, 2\
      """;

  public static List<BuiltRoutine> of(
      Connection admin, String table, String role, Set<String> further) throws SQLException {
    return Queries.rows(
        admin,
        QUERY,
        BuiltRoutine::of,
        table,
        admin.createArrayOf("text", further.toArray()),
        role,
        role,
        role);
  }

  private static BuiltRoutine of(Row row) {
    return new BuiltRoutine(
        row.text("nspname"),
        row.text("proname"),
        row.text("signature"),
        row.number("needed"),
        row.text("prorettype"),
        row.text("prokind"),
        row.text("arguments"),
        row.text("rolname"),
        row.isTrue("prosecdef"),
        row.isTrue("bound"),
        row.text("body"),
        row.text("path"));
  }

  public String words() {
    return schema + "." + name;
  }

  public boolean isTrigger() {
    return List.of("trigger", "event_trigger").contains(type);
  }

  public boolean isCallable() {
    return needed == 0 && (isProcedure() || kind.equals("f"));
  }

  private boolean isProcedure() {
    return kind.equals("p");
  }

  /** A query that calls it, or a statement. */
  public String call() {
    String quoted = SqlNames.quoted(schema) + "." + SqlNames.quoted(name) + "()";
    return isProcedure()
        ? "CALL " + quoted
        : type.equals("void")
            ? "SELECT " + quoted + "::pg_catalog.text"
            : "SELECT f::pg_catalog.text FROM " + quoted + " f";
  }
}
