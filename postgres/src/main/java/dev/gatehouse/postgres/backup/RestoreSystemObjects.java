package dev.gatehouse.postgres.backup;

import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Privileges on what the server itself brought, as initdb gave them: nobody can drop those. */
final class RestoreSystemObjects {
  private static final String CHANGED =
      "SELECT CASE o.class WHEN 'pg_proc'::regclass THEN 'ROUTINE ' WHEN 'pg_class'::regclass THEN"
          + " 'TABLE ' ELSE 'SCHEMA ' END || CASE o.class WHEN 'pg_proc'::regclass THEN"
          + " o.oid::regprocedure::text ELSE i.identity END AS name, a.now::text, a.first::text"
          + " FROM (SELECT 'pg_proc'::regclass AS class, oid, proowner AS owner, proacl AS acl,"
          + " acldefault('f', proowner) AS usual FROM pg_proc WHERE pronamespace ="
          + " 'pg_catalog'::regnamespace UNION ALL SELECT 'pg_class'::regclass, oid, relowner,"
          + " relacl, acldefault('r', relowner) FROM pg_class WHERE relnamespace ="
          + " 'pg_catalog'::regnamespace AND relkind IN ('r', 'v') UNION ALL SELECT"
          + " 'pg_namespace'::regclass, oid, nspowner, nspacl, acldefault('n', nspowner) FROM"
          + " pg_namespace WHERE nspname = 'pg_catalog') o LEFT JOIN pg_init_privs p ON p.classoid"
          + " = o.class AND p.objoid = o.oid AND p.objsubid = 0 CROSS JOIN LATERAL (SELECT"
          + " coalesce(o.acl, o.usual) AS now, coalesce(p.initprivs, o.usual) AS first) a CROSS"
          + " JOIN LATERAL pg_identify_object(o.class, o.oid, 0) i WHERE o.oid < 16384 AND o.acl IS"
          + " DISTINCT FROM p.initprivs AND NOT (a.now @> a.first AND a.first @> a.now) AND"
          + " pg_has_role(o.owner, 'USAGE')";

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
