package dev.gatehouse.postgres.mutation;

import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Grants on the schemas of the tables, and on tables that are still to be made in them. */
final class SchemaMutants {
  private static final String HELD =
      """
      SELECT a.privilege_type FROM pg_namespace n,
        aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
      WHERE n.nspname = ?::text
        AND a.grantee = coalesce((SELECT oid FROM pg_roles WHERE rolname = ?::text), 0)\
      """;

  private record Maker(String schema, String owner) {}

  private SchemaMutants() {}

  static List<Mutant> of(Connection connection, List<Table> tables, List<String> roles)
      throws SQLException {
    Set<String> schemas = new LinkedHashSet<>();
    Set<Maker> makers = new LinkedHashSet<>();
    for (Table table : tables) {
      schemas.add(table.schema());
      makers.add(new Maker(table.schema(), table.owner()));
    }
    List<String> grantees = new ArrayList<>(roles);
    grantees.add("");
    List<Mutant> made = new ArrayList<>();
    for (String schema : schemas) {
      for (String grantee : grantees) {
        of(connection, schema, grantee, made);
      }
    }
    for (Maker maker : makers) {
      for (String role : roles) {
        made.add(future(maker, role));
      }
    }
    return made;
  }

  private static void of(Connection connection, String schema, String grantee, List<Mutant> made)
      throws SQLException {
    List<String> held =
        Queries.rowsOnPath(connection, HELD, row -> row.text("privilege_type"), schema, grantee);
    String named = Wording.java(grantee.isEmpty() ? "public" : grantee);
    for (String privilege : List.of("CREATE", "USAGE")) {
      String on = privilege + " ON SCHEMA " + SqlNames.quoted(schema);
      boolean has = held.contains(privilege);
      made.add(
          new Mutant(
              has ? Operator.REVOKE : Operator.GRANT_SCHEMA,
              "",
              List.of(
                  (has ? "REVOKE " + on + " FROM " : "GRANT " + on + " TO ")
                      + Wording.grantee(grantee)),
              "%s had %s on schema %s%s"
                  .formatted(
                      Wording.somebody(grantee),
                      has ? "no " + privilege : privilege,
                      schema,
                      has ? " any more" : ""),
              has ? "is it not needed?" : "should that be?",
              has
                  ? "actingAs(" + named + ").can(SELECT).on(" + Wording.java(schema + ".*") + ")"
                  : Wording.noRows(
                      "has_schema_privilege",
                      grantee.isEmpty() ? "public" : grantee,
                      schema,
                      privilege)));
    }
  }

  private static Mutant future(Maker maker, String role) {
    return new Mutant(
        Operator.GRANT_FUTURE,
        "",
        List.of(
            "ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA %s GRANT ALL ON TABLES TO %s"
                .formatted(
                    SqlNames.quoted(maker.owner()),
                    SqlNames.quoted(maker.schema()),
                    SqlNames.quoted(role))),
        "%s had all privileges on tables that %s will make in %s"
            .formatted(role, maker.owner(), maker.schema()),
        "should that be?",
        "grantee(%s).mayOnly(...).on(%s)"
            .formatted(Wording.java(role), Wording.java(maker.schema() + ".*")));
  }
}
