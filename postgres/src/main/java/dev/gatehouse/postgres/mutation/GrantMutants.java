package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Grants on tables and views: each that is not there given, each that is there taken. */
final class GrantMutants {
  private static final String HELD =
      """
      SELECT CASE a.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(a.grantee) END AS grantee, a.privilege_type,
        bool_or(a.is_grantable) AS grantable
      FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
      WHERE c.oid = ?::oid GROUP BY 1, 2 ORDER BY 1, 2\
      """;

  private static final String COLUMNS =
      """
      SELECT a.attname, has_column_privilege(?::text, a.attrelid, a.attnum, 'UPDATE') AS held
      FROM pg_attribute a WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum LIMIT 1\
      """;

  private static final String COLUMN_GRANTS =
      """
      SELECT a.attname, CASE x.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(x.grantee) END AS grantee, x.privilege_type
      FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = ?::oid ORDER BY 1, 2, 3\
      """;

  private record ColumnGrant(String column, String grantee, String privilege) {
    static ColumnGrant of(Row row) {
      return new ColumnGrant(row.text("attname"), row.text("grantee"), row.text("privilege_type"));
    }
  }

  /** Everybody, as a grantee. */
  private static final String PUBLIC = "";

  private final Connection connection;
  private final Table table;
  private final List<String> grantees;
  private final Set<String> related;
  private final List<Mutant> made = new ArrayList<>();

  private GrantMutants(
      Connection connection, Table table, List<String> grantees, Set<String> related) {
    this.connection = connection;
    this.table = table;
    this.grantees = grantees;
    this.related = related;
  }

  static List<Mutant> of(Connection connection, List<Table> tables, List<String> roles)
      throws SQLException {
    List<String> grantees = new ArrayList<>(roles);
    grantees.add(PUBLIC);
    Set<String> related = new LinkedHashSet<>(grantees);
    for (String role : roles) {
      related.addAll(
          Queries.rowsOnPath(
              connection,
              "SELECT o.rolname FROM pg_roles r, pg_roles o WHERE r.rolname = ?::text"
                  + " AND NOT r.rolsuper AND pg_has_role(r.oid, o.oid, 'MEMBER') ORDER BY 1",
              row -> row.text("rolname"),
              role));
    }
    List<Mutant> made = new ArrayList<>();
    for (Table table : tables) {
      GrantMutants mutants = new GrantMutants(connection, table, grantees, related);
      mutants.make();
      made.addAll(mutants.made);
    }
    return made;
  }

  private List<String> privileges() throws SQLException {
    List<String> all = new ArrayList<>(List.of("SELECT"));
    if (!table.kind().equals("m")) {
      all.addAll(List.of("INSERT", "UPDATE", "DELETE"));
    }
    if (table.stores()) {
      all.addAll(List.of("TRUNCATE", "REFERENCES", "TRIGGER"));
      if (connection.getMetaData().getDatabaseMajorVersion() >= 17) {
        all.add("MAINTAIN");
      }
    }
    return all;
  }

  private void make() throws SQLException {
    Map<String, Map<String, Boolean>> held = new LinkedHashMap<>();
    for (Row row : Queries.rowsOnPath(connection, HELD, Function.identity(), table.oid())) {
      held.computeIfAbsent(row.text("grantee"), key -> new LinkedHashMap<>())
          .put(row.text("privilege_type"), row.isTrue("grantable"));
    }
    for (String grantee : grantees) {
      Map<String, Boolean> own = held.getOrDefault(grantee, Map.of());
      for (String privilege : privileges()) {
        if (!own.containsKey(privilege)) {
          give(grantee, privilege);
        }
      }
      column(grantee, own);
      options(grantee, own);
    }
    held.forEach(
        (grantee, privileges) -> {
          if (related.contains(grantee)) {
            privileges.keySet().forEach(privilege -> take(grantee, privilege, ""));
          }
        });
    for (ColumnGrant grant :
        Queries.rowsOnPath(connection, COLUMN_GRANTS, ColumnGrant::of, table.oid())) {
      if (related.contains(grant.grantee())) {
        take(grant.grantee(), grant.privilege(), grant.column());
      }
    }
  }

  private void give(String grantee, String privilege) {
    made.add(
        new Mutant(
            Operator.GRANT,
            table.oid(),
            List.of(
                "GRANT %s ON %s TO %s"
                    .formatted(privilege, table.quoted(), Wording.grantee(grantee))),
            "%s had %s on %s".formatted(Wording.somebody(grantee), privilege, table.words()),
            "should that be?",
            notice(grantee, "mayOnly(...)")));
  }

  private void column(String grantee, Map<String, Boolean> own) throws SQLException {
    if (grantee.isEmpty() || own.containsKey("UPDATE") || table.kind().equals("m")) {
      return;
    }
    for (Row row :
        Queries.rowsOnPath(connection, COLUMNS, Function.identity(), grantee, table.oid())) {
      if (!row.isTrue("held")) {
        String column = row.text("attname");
        made.add(
            new Mutant(
                Operator.GRANT_COLUMN,
                table.oid(),
                List.of(
                    "GRANT UPDATE (%s) ON %s TO %s"
                        .formatted(
                            SqlNames.quoted(column), table.quoted(), Wording.grantee(grantee))),
                "%s had UPDATE on column %s of %s".formatted(grantee, column, table.words()),
                "should that be?",
                notice(grantee, "mayOnly(...)")));
      }
    }
  }

  private void options(String grantee, Map<String, Boolean> own) {
    List<String> plain =
        own.entrySet().stream().filter(one -> !one.getValue()).map(Map.Entry::getKey).toList();
    if (grantee.isEmpty() || plain.isEmpty() || grantee.equals(table.owner())) {
      return;
    }
    made.add(
        new Mutant(
            Operator.GRANT_OPTION,
            table.oid(),
            List.of(
                "GRANT %s ON %s TO %s WITH GRANT OPTION"
                    .formatted(String.join(", ", plain), table.quoted(), Wording.grantee(grantee))),
            "%s could pass on what it has on %s".formatted(grantee, table.words()),
            "should that be?",
            Wording.noRows(
                "has_table_privilege",
                grantee,
                table.quoted(),
                String.join(
                    ", ", plain.stream().map(one -> one + " WITH GRANT OPTION").toList()))));
  }

  private void take(String grantee, String privilege, String column) {
    String what = column.isEmpty() ? privilege : privilege + " (" + SqlNames.quoted(column) + ")";
    made.add(
        new Mutant(
            Operator.REVOKE,
            table.oid(),
            List.of(
                "REVOKE %s ON %s FROM %s"
                    .formatted(what, table.quoted(), Wording.grantee(grantee))),
            "%s had no %s on %s any more".formatted(Wording.somebody(grantee), what, table.words()),
            "is it not needed?",
            notice(grantee, "may(" + privilege + ")")));
  }

  private String notice(String grantee, String claim) {
    return "grantee(%s).%s.on(%s)"
        .formatted(
            Wording.java(grantee.isEmpty() ? "public" : grantee),
            claim,
            Wording.java(table.words()));
  }
}
