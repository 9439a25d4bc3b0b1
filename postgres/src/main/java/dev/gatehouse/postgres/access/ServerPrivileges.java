package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.postgres.access.ServerPrivileges.ServerPrivilege.Power;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rights that lead beyond the objects they are on, as they are read. */
final class ServerPrivileges {
  private static final Map<String, Power> FUNCTIONS =
      Map.of(
          "pg_read_file", Power.READ,
          "pg_read_binary_file", Power.READ,
          "lo_import", Power.READ,
          "lo_export", Power.ALL,
          "dblink_connect_u", Power.NONE);

  /** Of a superuser's settings those that turn off what others rely on. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "session_replication_role", "it turns off triggers and foreign keys",
          "session_preload_libraries", "it has the server load code when it logs in",
          "dynamic_library_path", "it says where the server loads code from",
          "lo_compat_privileges", "it is asked for no privilege on large objects");

  /**
   * Kind, name as GRANT has it, grantee. What is on many objects is told at once. An asterisk in
   * the text of a list is a grant option, or stands in a name: without one no name has to be made.
   */
  private static final String READ =
      """
      select 'language' as kind, quote_ident(l.lanname) as name, a.grantee
        from pg_language l cross join lateral aclexplode(l.lanacl) a
        where not l.lanpltrusted and a.grantee <> l.lanowner
      union all select 'routine', p.proname || '(' || oidvectortypes(p.proargtypes) || ')', a.grantee
        from pg_proc p cross join lateral aclexplode(p.proacl) a
        where p.proname in (:functions) and a.grantee <> p.proowner
      union all select 'trigger', string_agg(format('%I.%I', n.nspname, c.relname), ', '
            order by n.nspname, c.relname), a.grantee
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
          cross join lateral aclexplode(c.relacl) a
        where a.privilege_type = 'TRIGGER' and a.grantee <> c.relowner group by a.grantee
      union all select 'create', quote_ident(d.datname), a.grantee
        from pg_database d cross join lateral aclexplode(d.datacl) a
        where d.datname = current_database() and a.privilege_type = 'CREATE'
          and a.grantee <> d.datdba
      union all select 'mapping', quote_ident(m.srvname), m.umuser from pg_user_mappings m
      union all select 'option', a.privilege_type || ' ON ' || o.name, a.grantee
        from (select case c.relkind when 'S' then 'SEQUENCE ' else '' end
              || format('%I.%I', n.nspname, c.relname) as name, c.relacl as acl, c.relowner as owner
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relacl::text like '%*%'
          union all select format('ROUTINE %I.%I(%s)', n.nspname, p.proname,
              oidvectortypes(p.proargtypes)), p.proacl, p.proowner
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where p.proacl::text like '%*%'
          union all select format('TYPE %I.%I', n.nspname, t.typname), t.typacl, t.typowner
            from pg_type t join pg_namespace n on n.oid = t.typnamespace
            where t.typacl::text like '%*%'
          union all select format('SCHEMA %I', nspname), nspacl, nspowner from pg_namespace
          union all select format('DATABASE %I', datname), datacl, datdba from pg_database
          union all select format('LANGUAGE %I', lanname), lanacl, lanowner from pg_language
          union all select format('FOREIGN SERVER %I', srvname), srvacl, srvowner
            from pg_foreign_server
          union all select format('FOREIGN DATA WRAPPER %I', fdwname), fdwacl, fdwowner
            from pg_foreign_data_wrapper
          union all select format('TABLESPACE %I', spcname), spcacl, spcowner from pg_tablespace
          union all select 'LARGE OBJECT ' || oid, lomacl, lomowner from pg_largeobject_metadata
            where lomacl::text like '%*%') o
          cross join lateral aclexplode(o.acl) a
        where a.is_grantable and a.grantee <> o.owner
      union all select 'option', a.privilege_type || format(' (%I) ON %I.%I', t.attname, n.nspname,
          c.relname), a.grantee
        from pg_attribute t join pg_class c on c.oid = t.attrelid
          join pg_namespace n on n.oid = c.relnamespace cross join lateral aclexplode(t.attacl) a
        where a.is_grantable and a.grantee <> c.relowner""";

  private static final String PARAMETERS =
      """

      union all select lower(a.privilege_type), p.parname, a.grantee
        from pg_parameter_acl p cross join lateral aclexplode(p.paracl) a
      union all select 'option', a.privilege_type || ' ON PARAMETER ' || p.parname, a.grantee
        from pg_parameter_acl p cross join lateral aclexplode(p.paracl) a where a.is_grantable""";

  private final List<ServerPrivilege> all = new ArrayList<>();
  private final Roles roles;

  ServerPrivileges(CatalogueReader reader, Roles roles) {
    this.roles = roles;
    String functions = "'" + String.join("', '", FUNCTIONS.keySet()) + "'";
    String read = READ.replace(":functions", functions) + (reader.major < 15 ? "" : PARAMETERS);
    CatalogueReader.each(
        reader
            .sql
            .select(text("o.kind"), text("o.name"), number("o.grantee"))
            .from("(" + read + ") o")
            .orderBy(text("o.kind"), text("o.name")),
        row -> add(row.value1(), row.value2(), roles.number(row.value3())));
  }

  List<ServerPrivilege> all() {
    return all;
  }

  private void add(String kind, String name, int grantee) {
    switch (kind) {
      case "language" ->
          add(
              grantee,
              "USAGE on language " + name,
              "USAGE ON LANGUAGE " + name,
              "its routines do what the server's operating system account can",
              Power.ALL);
      case "routine" -> {
        Power power = FUNCTIONS.getOrDefault(name.substring(0, name.indexOf('(')), Power.NONE);
        String consequence =
            switch (power) {
              case ALL -> "it writes files as the server does";
              case READ -> "it reads any file of the server, tables among them";
              case NONE -> "it connects elsewhere as the server does";
            };
        add(grantee, "EXECUTE on " + name, "EXECUTE ON FUNCTION " + name, consequence, power);
      }
      case "option" ->
          add(
              grantee,
              name.replaceFirst(" ON ", " with grant option on "),
              "GRANT OPTION FOR " + name,
              "it gives that to anybody",
              Power.NONE);
      case "trigger" ->
          add(
              grantee,
              "TRIGGER on " + name,
              "TRIGGER ON " + name,
              "what its triggers do there is done as whoever writes",
              Power.NONE);
      case "create" ->
          add(
              grantee,
              "CREATE on database " + name,
              "CREATE ON DATABASE " + name,
              "it makes schemas, and extensions that are trusted",
              Power.NONE);
      case "mapping" -> {
        String whose = grantee == 0 ? "PUBLIC" : roles.quoted(grantee);
        all.add(
            new ServerPrivilege(
                grantee,
                "a user mapping for server " + name,
                "DROP USER MAPPING FOR " + whose + " SERVER " + name,
                "it is there whom that names, with its password",
                Power.NONE));
      }
      case "set" -> {
        String consequence = SETTINGS.get(name);
        if (consequence != null) {
          String what = "SET on parameter " + name;
          add(grantee, what, "SET ON PARAMETER " + name, consequence, Power.NONE);
        }
      }
      default ->
          add(
              grantee,
              "ALTER SYSTEM on parameter " + name,
              "ALTER SYSTEM ON PARAMETER " + name,
              "it changes the server for everybody",
              Power.NONE);
    }
  }

  private void add(int grantee, String what, String inGrant, String consequence, Power power) {
    String fix = "REVOKE " + inGrant + " FROM " + roles.quoted(grantee);
    all.add(new ServerPrivilege(grantee, what, fix, consequence, power));
  }

  /**
   * A right that leads beyond the object it is on.
   *
   * @param what as a sentence names it, such as {@code SET on parameter session_replication_role}
   * @param fix the statement that takes it away
   * @param consequence what can be done with it
   */
  record ServerPrivilege(int grantee, String what, String fix, String consequence, Power power) {

    /** How far it leads. */
    enum Power {
      /** Not to any table that the grants do not open. */
      NONE,
      /** To reading everything. */
      READ,
      /** To everything. */
      ALL
    }
  }
}
