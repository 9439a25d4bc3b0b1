package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.text;
import static dev.gatehouse.postgres.access.CatalogueReader.truth;

import dev.gatehouse.postgres.access.CatalogueReader.ConcurrentDdlException;
import dev.gatehouse.postgres.access.RoleGraph.Membership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The roles of a server as they are read, by oid. */
final class Roles {
  private final CatalogueReader reader;
  private final List<Role> all = new ArrayList<>(List.of(Role.PUBLIC));
  private final Map<Long, Integer> byOid = new HashMap<>(Map.of(0L, 0));
  private final Map<String, Integer> byName = new HashMap<>();

  Roles(CatalogueReader reader) {
    this.reader = reader;
    CatalogueReader.each(
        reader
            .sql
            .select(
                CatalogueReader.number("oid"),
                text("rolname"),
                text("quote_ident(rolname)"),
                truth("rolsuper"),
                truth("rolinherit"),
                truth("rolcreaterole"),
                truth("rolcanlogin"),
                truth("rolreplication"),
                truth("rolbypassrls"))
            .from("pg_roles")
            .orderBy(text("rolname")),
        row -> {
          byOid.put(row.value1(), all.size());
          byName.put(row.value2(), all.size());
          all.add(
              new Role(
                  all.size(),
                  row.value2(),
                  row.value3(),
                  row.value4(),
                  row.value5(),
                  row.value6(),
                  row.value7(),
                  row.value8(),
                  row.value9()));
        });
  }

  /**
   * @throws ConcurrentDdlException when it was made or dropped since the roles were read
   */
  int number(long oid) {
    Integer number = byOid.get(oid);
    if (number == null) {
      throw new ConcurrentDdlException("role " + oid);
    }
    return number;
  }

  String quoted(int number) {
    return all.get(number).quoted();
  }

  RoleGraph graph(long databaseOwner) {
    return new RoleGraph(reader.major, all, memberships(databaseOwner), logins());
  }

  private List<Membership> memberships(long databaseOwner) {
    List<Membership> memberships = new ArrayList<>();
    CatalogueReader.each(
        reader
            .sql
            .select(
                CatalogueReader.number("m.roleid"),
                CatalogueReader.number("m.member"),
                truth(reader.major >= 16 ? "m.inherit_option" : "r.rolinherit"),
                truth(reader.major >= 16 ? "m.set_option" : "true"),
                truth("m.admin_option"))
            .from("pg_auth_members m join pg_roles r on r.oid = m.member"),
        row ->
            memberships.add(
                new Membership(
                    number(row.value1()),
                    number(row.value2()),
                    row.value3(),
                    row.value4(),
                    row.value5(),
                    false)));
    Integer implied = byName.get("pg_database_owner");
    if (implied != null) {
      int owner = number(databaseOwner);
      boolean inherited = reader.major >= 16 || all.get(owner).inherits();
      memberships.add(new Membership(implied, owner, inherited, true, false, true));
    }
    return memberships;
  }

  /** The role that sessions of a role begin as; a setting for this database comes first. */
  private Map<Integer, Integer> logins() {
    Map<Integer, Integer> logins = new HashMap<>();
    CatalogueReader.each(
        reader
            .sql
            .select(CatalogueReader.number("s.setrole"), text("substr(c, 6)"))
            .from("pg_db_role_setting s, unnest(s.setconfig) c")
            .where("c like 'role=%' and s.setrole <> 0")
            .and(
                "s.setdatabase in"
                    + " (0, (select oid from pg_database where datname = current_database()))")
            .orderBy(CatalogueReader.number("s.setdatabase")),
        row -> {
          Integer other = byName.get(row.value2());
          if (other != null) {
            logins.put(number(row.value1()), other);
          }
        });
    return logins;
  }
}
