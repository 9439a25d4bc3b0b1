package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Privileges on what the server itself or a kept extension brought, as they were at first. */
final class RestoreSystemObjects {
  private static final String CHANGED =
      """
      SELECT o.what, o.kind || CASE WHEN o.class = 'pg_proc'::regclass THEN o.oid::regprocedure::text
          WHEN o.sub > 0 THEN o.oid::regclass::text
          WHEN o.class = 'pg_type'::regclass THEN format('%%I.%%I', i.schema, i.name)
          ELSE i.identity END AS name, i.identity,
        a.now::text, a.first::text
      FROM (
        SELECT '' AS what, 'ROUTINE ' AS kind, 'pg_proc'::regclass AS class, oid, 0 AS sub,
          pronamespace AS within, proowner AS owner, proacl AS acl,
          acldefault('f', proowner) AS usual FROM pg_proc
        UNION ALL SELECT '', CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END,
          'pg_class'::regclass, oid, 0, relnamespace, relowner, relacl,
          acldefault((CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", relowner)
          FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        UNION ALL SELECT ' (' || quote_ident(attname) || ')', 'TABLE ', 'pg_class'::regclass,
          c.oid, attnum, relnamespace, relowner, attacl, acldefault('c', relowner)
          FROM pg_class c JOIN pg_attribute ON attrelid = c.oid WHERE attacl IS NOT NULL
        UNION ALL SELECT '', 'SCHEMA ', 'pg_namespace'::regclass, oid, 0, oid, nspowner, nspacl,
          acldefault('n', nspowner) FROM pg_namespace
        UNION ALL SELECT '', 'TYPE ', 'pg_type'::regclass, oid, 0, typnamespace, typowner, typacl,
          acldefault('T', typowner) FROM pg_type
        UNION ALL SELECT '', 'FOREIGN DATA WRAPPER ', 'pg_foreign_data_wrapper'::regclass, oid, 0,
          0::oid, fdwowner, fdwacl, acldefault('F', fdwowner) FROM pg_foreign_data_wrapper
        UNION ALL SELECT '', 'LANGUAGE ', 'pg_language'::regclass, oid, 0,
          'pg_catalog'::regnamespace, lanowner, lanacl, acldefault('l', lanowner)
          FROM pg_language WHERE lanispl) o
      LEFT JOIN pg_init_privs p
        ON p.classoid = o.class AND p.objoid = o.oid AND p.objsubid = o.sub
      CROSS JOIN LATERAL (SELECT coalesce(o.acl, o.usual) AS now,
        coalesce(p.initprivs, o.usual) AS first) a
      CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, o.sub) i
      WHERE o.acl IS DISTINCT FROM p.initprivs AND NOT (a.now @> a.first AND a.first @> a.now)
        AND %s pg_has_role(o.owner, 'USAGE')
        AND (o.oid < 16384 AND o.within = 'pg_catalog'::regnamespace OR o.oid >= 16384 AND EXISTS (
          SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid
            AND e.deptype = 'e'))
      """;

  private static final String ENTRIES =
      "SELECT DISTINCT coalesce(quote_ident(g.rolname), 'PUBLIC') AS grantee, e.privilege_type,"
          + " e.is_grantable FROM unnest(?::aclitem[]) i"
          + " CROSS JOIN LATERAL aclexplode(ARRAY[i]) e"
          + " LEFT JOIN pg_roles g ON g.oid = e.grantee";

  private RestoreSystemObjects() {}

  /** Those that this account may change; that the others stand as recorded is proved at the end. */
  static void reset(Connection session) throws SQLException {
    for (Row object : Queries.rows(session, CHANGED.formatted(""), Function.identity())) {
      for (String sql : statements(session, object)) {
        Queries.run(session, sql);
      }
    }
  }

  /** What a superuser would execute to that end for each of the others, by the object's name. */
  static Map<String, List<String>> ofOthers(Connection session) throws SQLException {
    Map<String, List<String>> statements = new HashMap<>();
    for (Row object : Queries.rows(session, CHANGED.formatted("NOT"), Function.identity())) {
      statements.put(object.text("identity"), statements(session, object));
    }
    return statements;
  }

  private static List<String> statements(Connection session, Row object) throws SQLException {
    List<String> statements = new ArrayList<>();
    String on = " ON " + object.text("name");
    String columns = object.text("what");
    Queries.rows(session, ENTRIES, entry -> entry.text("grantee"), object.text("now")).stream()
        .distinct()
        .forEach(
            grantee ->
                statements.add("REVOKE ALL" + columns + on + " FROM " + grantee + " CASCADE"));
    for (Row entry : Queries.rows(session, ENTRIES, Function.identity(), object.text("first"))) {
      statements.add(
          "GRANT "
              + entry.text("privilege_type")
              + columns
              + on
              + " TO "
              + entry.text("grantee")
              + (entry.isTrue("is_grantable") ? " WITH GRANT OPTION" : ""));
    }
    return statements;
  }
}
