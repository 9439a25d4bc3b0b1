package dev.gatehouse.postgres.mutation;

import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** All mutants of what decides who reaches the rows of some tables. */
public final class Mutants {
  private Mutants() {}

  /**
   * In an order that does not change: policies table by table, then roles, code, grants. What would
   * make the same database twice is made once.
   *
   * @param connection with a search_path of pg_catalog; only read
   * @param wanted schema and name of the tables, views and functions that are meant
   * @param roles whom the expectations are about
   */
  public static List<Mutant> of(
      Connection connection, BiPredicate<String, String> wanted, List<String> roles)
      throws SQLException {
    List<Table> tables = Table.of(connection, wanted);
    List<Mutant> all = new ArrayList<>();
    for (Table table : tables) {
      all.addAll(PolicyMutants.of(connection, table, roles));
    }
    all.addAll(RoleMutants.of(connection, tables, roles));
    all.addAll(CodeMutants.of(connection, tables, wanted, roles));
    all.addAll(GrantMutants.of(connection, tables, roles));
    all.addAll(SchemaMutants.of(connection, tables, roles));
    Map<List<String>, Mutant> once = new LinkedHashMap<>();
    all.forEach(mutant -> once.putIfAbsent(mutant.sql(), mutant));
    return List.copyOf(once.values());
  }

  /**
   * Whether there is any table, view, function or procedure that is meant.
   *
   * @param connection with a search_path of pg_catalog; only read
   */
  public static boolean any(Connection connection, BiPredicate<String, String> wanted)
      throws SQLException {
    return !Table.of(connection, wanted).isEmpty()
        || Queries.rowsOnPath(
                connection,
                "SELECT n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid ="
                    + " p.pronamespace WHERE p.prokind IN ('f', 'p')",
                row -> wanted.test(row.text("nspname"), row.text("proname")))
            .contains(true);
  }
}
