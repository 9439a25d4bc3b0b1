package dev.gatehouse.postgres.mutation;

import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** All that a mutant can be made of, as one text: equal before and after means nothing stayed. */
final class CatalogueState {
  private static final String QUERY =
      """
      SELECT string_agg(one, chr(10) ORDER BY one COLLATE "C") AS state FROM (
        SELECT 'policy ' || p.polrelid || ' ' || quote_ident(p.polname) || p.polcmd::text || p.polpermissive || p.polroles::text
          || ' ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '-')
          || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '-') AS one FROM pg_policy p
        UNION ALL SELECT 'table ' || c.oid || ' ' || c.relowner || c.relrowsecurity || c.relforcerowsecurity
          || coalesce(c.reloptions::text, '-') || coalesce((SELECT string_agg(a::text, ',' ORDER BY a::text)
            FROM unnest(coalesce(c.relacl, acldefault('r', c.relowner))) a), '-')
          FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384
        UNION ALL SELECT 'column ' || attrelid || ' ' || attnum || attacl::text FROM pg_attribute
          WHERE attacl IS NOT NULL AND attrelid >= 16384
        UNION ALL SELECT 'schema ' || oid || nspowner || coalesce(nspacl, acldefault('n', nspowner))::text FROM pg_namespace
          WHERE nspname !~ '^pg_(toast_)?temp'
        UNION ALL SELECT 'routine ' || oid || proowner || prosecdef || coalesce(proacl::text, '-') FROM pg_proc
          WHERE oid >= 16384
        UNION ALL SELECT 'future ' || defaclrole || ' ' || defaclnamespace || defaclobjtype::text || defaclacl::text
          FROM pg_default_acl
        UNION ALL SELECT 'role ' || rolname || rolsuper || rolinherit || rolcreaterole || rolcreatedb || rolreplication
          || rolbypassrls FROM pg_roles WHERE rolname = ANY (?::text[])
        UNION ALL SELECT 'member ' || to_jsonb(m)::text FROM (SELECT a.roleid, a.member, a.admin_option
          FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.member WHERE r.rolname = ANY (?::text[])) m
      ) everything\
      """;

  private CatalogueState() {}

  /**
   * The text; what is in no mutant is not in it.
   *
   * @param connection with a search_path of pg_catalog; only read
   * @param roles whose attributes and memberships count; others may change meanwhile
   */
  static String of(Connection connection, List<String> roles) throws SQLException {
    Object names = connection.createArrayOf("text", roles.toArray());
    return Queries.rowsOnPath(connection, QUERY, row -> row.text("state"), names, names).get(0);
  }
}
