package dev.gatehouse.postgres.grant;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The access control lists of a database entry by entry, without those of the system and of
 * Gatehouse's own schema. One that was never changed counts as the one that acldefault() gives.
 *
 * @param untracked a digest of all other lists
 */
public record AclState(Map<String, AclObject> objects, Set<AclEntry> entries, String untracked) {
  private static final int FETCH = 5_000;

  private static final String USERS =
      " and n.nspname not in ('pg_catalog', 'information_schema', 'gatehouse')"
          + " and n.nspname !~ '^pg_(toast|temp)'";

  private static final String NAME = "quote_ident(n.nspname) || '.' || quote_ident(c.relname)";

  private static final String READ =
      "select o.id, o.kind, o.name, o.part, quote_ident(pg_get_userbyid(o.owner)) as owner,"
          + " quote_ident(pg_get_userbyid(a.grantor)) as grantor, case a.grantee when 0 then"
          + " 'PUBLIC' else quote_ident(pg_get_userbyid(a.grantee)) end as grantee,"
          + " a.privilege_type, a.is_grantable from (select 'r' || c.oid as id, case c.relkind when"
          + " 'S' then 'SEQUENCE' else 'TABLE' end as kind, "
          + NAME
          + " as name, '' as part, c.relowner as owner, coalesce(c.relacl, acldefault("
          + "(case c.relkind when 'S' then 's' else 'r' end)::\"char\", c.relowner)) as acl"
          + " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
          + " where c.relkind in ('r','p','v','m','f','S')"
          + USERS
          + " union all select 'c' || c.oid || '.' || t.attnum, 'COLUMN', "
          + NAME
          + ", quote_ident(t.attname), c.relowner, t.attacl from pg_attribute t"
          + " join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace"
          + " where t.attacl is not null and not t.attisdropped"
          + USERS
          + " union all select 'n' || n.oid, 'SCHEMA', quote_ident(n.nspname), '', n.nspowner,"
          + " coalesce(n.nspacl, acldefault('n', n.nspowner)) from pg_namespace n where true"
          + USERS
          + " union all select 'f' || p.oid, 'ROUTINE', quote_ident(n.nspname) || '.'"
          + " || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')', '',"
          + " p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))"
          + " from pg_proc p join pg_namespace n on n.oid = p.pronamespace where true"
          + USERS
          + " union all select 'd' || oid, 'DATABASE', quote_ident(datname), '', datdba,"
          + " coalesce(datacl, acldefault('d', datdba)) from pg_database"
          + " where datname = current_database()"
          + " union all select 'D' || d.defaclrole || ':' || n.oid || ':' || d.defaclobjtype::text,"
          + " 'DEFAULT', 'FOR ROLE ' || quote_ident(pg_get_userbyid(d.defaclrole))"
          + " || ' IN SCHEMA ' || quote_ident(n.nspname), case d.defaclobjtype when 'r'"
          + " then 'TABLES' when 'S' then 'SEQUENCES' when 'f' then 'FUNCTIONS'"
          + " when 'T' then 'TYPES' end, d.defaclrole, d.defaclacl"
          + " from pg_default_acl d join pg_namespace n on n.oid = d.defaclnamespace"
          + " union all select 'D' || r.oid || ':0:' || k.t, 'DEFAULT',"
          + " 'FOR ROLE ' || quote_ident(r.rolname), k.what, r.oid,"
          + " coalesce(d.defaclacl, acldefault(k.letter::\"char\", r.oid)) from pg_roles r"
          + " cross join (values ('r', 'TABLES', 'r'), ('S', 'SEQUENCES', 's'),"
          + " ('f', 'FUNCTIONS', 'f'), ('T', 'TYPES', 'T'), ('n', 'SCHEMAS', 'n'))"
          + " k (t, what, letter)"
          + " left join pg_default_acl d on d.defaclrole = r.oid and d.defaclnamespace = 0"
          + " and d.defaclobjtype = k.t::\"char\" where r.rolname !~ '^pg_'"
          + ") o left join lateral aclexplode(o.acl) a on true";

  private static final String OTHERS =
      " join pg_namespace n on n.oid = %s and (n.nspname in"
          + " ('pg_catalog', 'information_schema', 'gatehouse') or n.nspname ~ '^pg_(toast|temp)')";

  private static final String UNTRACKED =
      "select md5(coalesce(string_agg(name || ' ' || acl::text, ',' order by name), '')) as digest"
          + " from ("
          + "select 'r' || c.oid, c.relacl from pg_class c"
          + OTHERS.formatted("c.relnamespace")
          + " union all select 'c' || c.oid || '.' || t.attnum, t.attacl from pg_attribute t"
          + " join pg_class c on c.oid = t.attrelid"
          + OTHERS.formatted("c.relnamespace")
          + " where t.attacl is not null union all select 'f' || p.oid, p.proacl from pg_proc p"
          + OTHERS.formatted("p.pronamespace")
          + " union all select 'n' || n.oid, n.nspacl from pg_namespace n"
          + " where n.nspname in ('pg_catalog', 'information_schema', 'gatehouse')"
          + " union all select 't' || oid, typacl from pg_type"
          + " union all select 'l' || oid, lanacl from pg_language"
          + " union all select 's' || oid, srvacl from pg_foreign_server"
          + " union all select 'w' || oid, fdwacl from pg_foreign_data_wrapper"
          + " union all select 'p' || oid, spcacl from pg_tablespace"
          + " union all select 'o' || oid, lomacl from pg_largeobject_metadata"
          + " union all select 'd' || oid, datacl from pg_database"
          + " where datname <> current_database()";

  private static final String OF_ROLES =
      " from pg_roles r left join pg_auth_members m on m.roleid = r.oid";

  private static final String MEMBERS =
      "select 'm' || r.oid as id, quote_ident(r.rolname) as role,"
          + " quote_ident(pg_get_userbyid(m.member)) as member,"
          + " quote_ident(pg_get_userbyid(m.grantor)) as grantor, ' WITH ADMIN ' || m.admin_option"
          + " || ', INHERIT ' || m.inherit_option || ', SET ' || m.set_option as options"
          + OF_ROLES;

  private static final String MEMBERS_BEFORE_16 =
      "select 'm' || r.oid as id, quote_ident(r.rolname) as role,"
          + " quote_ident(pg_get_userbyid(m.member)) as member, '' as grantor,"
          + " case when m.admin_option then ' WITH ADMIN OPTION' else '' end as options"
          + OF_ROLES;

  public boolean has(String id) {
    return objects.containsKey(id);
  }

  /** What the entry is on. */
  public AclObject object(AclEntry entry) {
    AclObject object = objects.get(entry.object());
    if (object == null) {
      throw new Bug("an entry of an access control list is on nothing: " + entry);
    }
    return object;
  }

  /**
   * Reads them.
   *
   * @param connection in a transaction, with a search_path of pg_catalog alone
   */
  public static AclState read(Connection connection) throws SQLException {
    Map<String, AclObject> objects = new HashMap<>();
    Set<AclEntry> entries = new LinkedHashSet<>();
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH);
      try (ResultSet rows = statement.executeQuery(READ)) {
        while (rows.next()) {
          String id = rows.getString("id");
          if (!objects.containsKey(id)) {
            objects.put(
                id,
                new AclObject(
                    id,
                    AclObject.Kind.valueOf(rows.getString("kind")),
                    rows.getString("name"),
                    String.valueOf(rows.getString("part")),
                    rows.getString("owner")));
          }
          if (rows.getString("privilege_type") != null) {
            entries.add(
                new AclEntry(
                    id,
                    rows.getString("grantor"),
                    rows.getString("grantee"),
                    rows.getString("privilege_type"),
                    rows.getBoolean("is_grantable")));
          }
        }
      }
    }
    members(connection, objects, entries);
    return new AclState(objects, entries, untracked(connection));
  }

  private static String untracked(Connection connection) throws SQLException {
    boolean parameters = connection.getMetaData().getDatabaseMajorVersion() >= 15;
    return Queries.rowsOnPath(
            connection,
            UNTRACKED
                + (parameters ? " union all select parname, paracl from pg_parameter_acl" : "")
                + ") o (name, acl) where acl is not null",
            row -> row.text("digest"))
        .get(0);
  }

  /** Before version 16 a member is one whoever made it so. */
  private static void members(
      Connection connection, Map<String, AclObject> objects, Set<AclEntry> entries)
      throws SQLException {
    boolean options = connection.getMetaData().getDatabaseMajorVersion() >= 16;
    String sql = options ? MEMBERS : MEMBERS_BEFORE_16;
    for (Row row : Queries.rowsOnPath(connection, sql, Function.identity())) {
      String id = row.text("id");
      String role = row.text("role");
      String member = row.text("member");
      objects.putIfAbsent(id, new AclObject(id, AclObject.Kind.MEMBERS, role, "", role));
      if (!member.isEmpty()) {
        entries.add(new AclEntry(id, row.text("grantor"), member, row.text("options"), false));
      }
    }
  }

  /**
   * One privilege in an access control list; roles as SQL wants them, {@code PUBLIC} for everybody.
   *
   * @param object id of what it is on
   */
  public record AclEntry(
      String object, String grantor, String grantee, String privilege, boolean grantable) {}
}
