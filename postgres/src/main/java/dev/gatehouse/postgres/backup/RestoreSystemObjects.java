package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Privileges on what the server itself or a kept extension brought, as they were at first. */
final class RestoreSystemObjects {
  private static final String CHANGED =
      """
      SELECT o.kind || CASE o.class WHEN 'pg_proc'::regclass THEN o.oid::regprocedure::text
          ELSE i.identity END AS name, a.now::text, a.first::text
      FROM (
        SELECT 'ROUTINE ' AS kind, 'pg_proc'::regclass AS class, oid, pronamespace AS within,
          proowner AS owner, proacl AS acl, acldefault('f', proowner) AS usual FROM pg_proc
        UNION ALL SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END,
          'pg_class'::regclass, oid, relnamespace, relowner, relacl,
          acldefault((CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", relowner)
          FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        UNION ALL SELECT 'SCHEMA ', 'pg_namespace'::regclass, oid, oid, nspowner, nspacl,
          acldefault('n', nspowner) FROM pg_namespace
        UNION ALL SELECT 'TYPE ', 'pg_type'::regclass, oid, 0::oid, typowner, typacl,
          acldefault('T', typowner) FROM pg_type
        UNION ALL SELECT 'FOREIGN DATA WRAPPER ', 'pg_foreign_data_wrapper'::regclass, oid, 0::oid,
          fdwowner, fdwacl, acldefault('F', fdwowner) FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'LANGUAGE ', 'pg_language'::regclass, oid, 0::oid, lanowner,
          lanacl, acldefault('l', lanowner) FROM pg_language) o
      LEFT JOIN pg_init_privs p ON p.classoid = o.class AND p.objoid = o.oid AND p.objsubid = 0
      CROSS JOIN LATERAL (SELECT coalesce(o.acl, o.usual) AS now,
        coalesce(p.initprivs, o.usual) AS first) a
      CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) i
      WHERE o.acl IS DISTINCT FROM p.initprivs AND NOT (a.now @> a.first AND a.first @> a.now)
        AND pg_has_role(o.owner, 'USAGE')
        AND (o.oid < 16384 AND o.within = 'pg_catalog'::regnamespace OR o.oid >= 16384 AND EXISTS (
          SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid
            AND e.deptype = 'e'))
      """;

  private static final String ENTRIES =
      "SELECT DISTINCT coalesce(quote_ident(g.rolname), 'PUBLIC') AS grantee, e.privilege_type,"
          + " e.is_grantable FROM aclexplode(?::aclitem[]) e"
          + " LEFT JOIN pg_roles g ON g.oid = e.grantee";

  private RestoreSystemObjects() {}

  /** Those that this account may change; that the others stand as recorded is proved at the end. */
  static void reset(Connection session) throws SQLException {
    for (Row object : Queries.rows(session, CHANGED, Function.identity())) {
      String on = " ON " + object.text("name");
      List<String> grantees =
          Queries.rows(session, ENTRIES, entry -> entry.text("grantee"), object.text("now"))
              .stream()
              .distinct()
              .toList();
      for (String grantee : grantees) {
        Queries.run(session, "REVOKE ALL" + on + " FROM " + grantee + " CASCADE");
      }
      for (Row entry : Queries.rows(session, ENTRIES, Function.identity(), object.text("first"))) {
        Queries.run(
            session,
            "GRANT "
                + entry.text("privilege_type")
                + on
                + " TO "
                + entry.text("grantee")
                + (entry.isTrue("is_grantable") ? " WITH GRANT OPTION" : ""));
      }
    }
  }
}
