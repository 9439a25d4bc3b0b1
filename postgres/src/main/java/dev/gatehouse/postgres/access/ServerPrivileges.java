package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.postgres.access.ServerPrivileges.ServerPrivilege.Power;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.Record3;
import org.jooq.SelectOrderByStep;
import org.jooq.impl.DSL;

/** Rights that lead beyond the database, as they are read. */
final class ServerPrivileges {
  private static final Map<String, Power> FUNCTIONS =
      Map.of(
          "pg_read_file", Power.READ,
          "pg_read_binary_file", Power.READ,
          "lo_import", Power.READ,
          "lo_export", Power.ALL,
          "dblink_connect_u", Power.NONE);

  private final List<ServerPrivilege> all = new ArrayList<>();

  ServerPrivileges(CatalogueReader reader, Roles roles) {
    SelectOrderByStep<Record3<String, String, Long>> query =
        reader
            .sql
            .select(DSL.inline("language"), text("quote_ident(l.lanname)"), number("a.grantee"))
            .from("pg_language l cross join lateral aclexplode(l.lanacl) a")
            .where("not l.lanpltrusted and a.grantee <> l.lanowner")
            .unionAll(
                reader
                    .sql
                    .select(
                        DSL.inline("routine"),
                        text("p.proname || '(' || oidvectortypes(p.proargtypes) || ')'"),
                        number("a.grantee"))
                    .from("pg_proc p cross join lateral aclexplode(p.proacl) a")
                    .where(text("p.proname").in(FUNCTIONS.keySet()))
                    .and("a.grantee <> p.proowner"))
            .unionAll(
                reader
                    .sql
                    .select(
                        DSL.inline("option"),
                        text("a.privilege_type || ' ON ' || format('%I.%I', n.nspname, c.relname)"),
                        number("a.grantee"))
                    .from(
                        "pg_class c join pg_namespace n on n.oid = c.relnamespace"
                            + " cross join lateral aclexplode(c.relacl) a")
                    .where("a.is_grantable and a.grantee <> c.relowner and c.relkind <> 'S'"));
    if (reader.major >= 15) {
      query =
          query.unionAll(
              reader
                  .sql
                  .select(text("lower(a.privilege_type)"), text("p.parname"), number("a.grantee"))
                  .from("pg_parameter_acl p cross join lateral aclexplode(p.paracl) a"));
    }
    CatalogueReader.each(query, row -> add(row.value1(), row.value2(), roles.number(row.value3())));
  }

  List<ServerPrivilege> all() {
    return all;
  }

  private void add(String kind, String name, int grantee) {
    switch (kind) {
      case "language" ->
          all.add(
              new ServerPrivilege(
                  grantee,
                  "USAGE on language " + name,
                  "USAGE ON LANGUAGE " + name,
                  "its routines do what the server's operating system account can",
                  Power.ALL));
      case "routine" -> {
        String function = name.substring(0, name.indexOf('('));
        Power power = FUNCTIONS.getOrDefault(function, Power.NONE);
        all.add(
            new ServerPrivilege(
                grantee,
                "EXECUTE on " + name,
                "EXECUTE ON FUNCTION " + name,
                power == Power.ALL
                    ? "it writes files as the server does"
                    : power == Power.READ
                        ? "it reads any file of the server, tables among them"
                        : "it connects elsewhere as the server does",
                power));
      }
      case "option" ->
          all.add(
              new ServerPrivilege(
                  grantee,
                  name.replaceFirst(" ON ", " with grant option on "),
                  "GRANT OPTION FOR " + name,
                  "it gives that to anybody",
                  Power.NONE));
      case "set" -> {
        if (name.equals("session_replication_role")) {
          all.add(
              new ServerPrivilege(
                  grantee,
                  "SET on parameter " + name,
                  "SET ON PARAMETER " + name,
                  "it turns off triggers and foreign keys",
                  Power.NONE));
        }
      }
      default ->
          all.add(
              new ServerPrivilege(
                  grantee,
                  "ALTER SYSTEM on parameter " + name,
                  "ALTER SYSTEM ON PARAMETER " + name,
                  "it changes the server for everybody",
                  Power.NONE));
    }
  }

  /**
   * A right that is not about an object of a database and leads beyond it.
   *
   * @param what as a sentence names it, such as {@code SET on parameter session_replication_role}
   * @param inGrant as GRANT and REVOKE name it
   * @param consequence what can be done with it
   */
  record ServerPrivilege(
      int grantee, String what, String inGrant, String consequence, Power power) {

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
