package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** Views and functions that come to run as their owner. */
final class CodeMutants {
  private static final String FUNCTIONS =
      """
      SELECT n.nspname, p.proname, pg_get_function_identity_arguments(p.oid) AS arguments, pg_get_userbyid(p.proowner) AS owner
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
      WHERE NOT p.prosecdef AND p.prokind IN ('f', 'p') AND l.lanname NOT IN ('internal', 'c')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      ORDER BY n.nspname COLLATE "C", p.proname COLLATE "C", 3\
      """;

  private record Routine(String schema, String name, String arguments, String owner) {
    static Routine of(Row row) {
      return new Routine(
          row.text("nspname"), row.text("proname"), row.text("arguments"), row.text("owner"));
    }

    @Override
    public String toString() {
      return schema + "." + name + "(" + arguments + ")";
    }
  }

  private CodeMutants() {}

  static List<Mutant> of(
      Connection connection,
      List<Table> tables,
      BiPredicate<String, String> wanted,
      List<String> roles)
      throws SQLException {
    String who = String.join(" or ", roles);
    List<Mutant> made = new ArrayList<>();
    for (Table view : tables) {
      if (view.invoker()) {
        made.add(
            new Mutant(
                Operator.INVOKER_OFF,
                view.oid(),
                List.of("ALTER VIEW " + view.quoted() + " SET (security_invoker = false)"),
                "view " + view.words() + " read as its owner " + view.owner(),
                "should " + who + " see through it what " + view.owner() + " sees?",
                "rowSecurity().on(...).actingAs("
                    + Wording.java(roles.get(0))
                    + ").separates(...)"));
      }
    }
    for (Routine routine : Queries.rowsOnPath(connection, FUNCTIONS, Routine::of)) {
      if (wanted.test(routine.schema(), routine.name())) {
        made.add(
            new Mutant(
                Operator.DEFINER_ON,
                "",
                List.of(
                    "ALTER ROUTINE %s.%s(%s) SECURITY DEFINER"
                        .formatted(
                            SqlNames.quoted(routine.schema()),
                            SqlNames.quoted(routine.name()),
                            routine.arguments())),
                routine + " ran as its owner " + routine.owner(),
                "should " + who + " do through it what " + routine.owner() + " can do?",
                "grantee(" + Wording.java(roles.get(0)) + ").mayOnly(...).on(\"*.*\")"));
      }
    }
    return made;
  }
}
