package dev.gatehouse.postgres.mutation;

import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Roles that become more than they are. */
final class RoleMutants {
  private static final List<String> ATTRIBUTES =
      List.of("BYPASSRLS", "SUPERUSER", "CREATEROLE", "REPLICATION");

  private RoleMutants() {}

  static List<Mutant> of(Connection connection, List<Table> tables, List<String> roles)
      throws SQLException {
    List<Mutant> made = new ArrayList<>();
    Map<String, String> others = others(connection, tables, roles);
    for (String role : roles) {
      String notice = "grantee(" + Wording.java(role) + ").hasNoEscalation()";
      for (String attribute : ATTRIBUTES) {
        if (!has(connection, role, attribute)) {
          made.add(
              new Mutant(
                  Operator.ATTRIBUTE,
                  "",
                  List.of("ALTER ROLE " + SqlNames.quoted(role) + " " + attribute),
                  role + " had " + attribute,
                  "should it have that?",
                  notice));
        }
      }
      for (Map.Entry<String, String> other : others.entrySet()) {
        if (!isMember(connection, role, other.getKey())) {
          made.add(
              new Mutant(
                  Operator.JOIN,
                  "",
                  List.of(
                      "GRANT " + SqlNames.quoted(other.getKey()) + " TO " + SqlNames.quoted(role)),
                  role + " was a member of " + other.getKey() + ", " + other.getValue(),
                  "should it be one?",
                  "grantee(%s).mayOnly(...).on(%s) and %s"
                      .formatted(
                          Wording.java(role),
                          Wording.java(tables.isEmpty() ? "*" : tables.get(0).schema() + ".*"),
                          notice)));
        }
      }
    }
    return made;
  }

  /** Whom it would be worth something to be a member of, and why. */
  private static Map<String, String> others(
      Connection connection, List<Table> tables, List<String> roles) throws SQLException {
    Map<String, String> others = new LinkedHashMap<>();
    tables.forEach(table -> others.putIfAbsent(table.owner(), "who owns " + table.words()));
    for (Table table : tables) {
      for (String grantee :
          Queries.rowsOnPath(
              connection,
              "SELECT DISTINCT pg_get_userbyid(a.grantee) AS grantee"
                  + " FROM pg_class c, aclexplode(c.relacl) a"
                  + " WHERE c.oid = ?::oid AND a.grantee <> 0 ORDER BY 1",
              row -> row.text("grantee"),
              table.oid())) {
        others.putIfAbsent(grantee, "who has grants on " + table.words());
      }
    }
    roles.forEach(role -> others.putIfAbsent(role, "whom the expectations are about too"));
    others.put("pg_read_all_data", "who reads all tables");
    others.put("pg_write_all_data", "who writes all tables");
    return others;
  }

  private static boolean has(Connection connection, String role, String attribute)
      throws SQLException {
    String column =
        switch (attribute) {
          case "BYPASSRLS" -> "rolbypassrls";
          case "SUPERUSER" -> "rolsuper";
          case "CREATEROLE" -> "rolcreaterole";
          default -> "rolreplication";
        };
    return Queries.rowsOnPath(
            connection,
            "SELECT " + column + " FROM pg_roles WHERE rolname = ?::text",
            row -> row.isTrue(column),
            role)
        .contains(true);
  }

  private static boolean isMember(Connection connection, String role, String other)
      throws SQLException {
    return role.equals(other)
        || Queries.rowsOnPath(
                connection,
                "SELECT pg_has_role(r.oid, o.oid, 'MEMBER') AS member"
                    + " FROM pg_roles r, pg_roles o"
                    + " WHERE r.rolname = ?::text AND o.rolname = ?::text",
                row -> row.isTrue("member"),
                role,
                other)
            .contains(true);
  }
}
