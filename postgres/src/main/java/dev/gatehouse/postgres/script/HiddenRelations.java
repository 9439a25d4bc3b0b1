package dev.gatehouse.postgres.script;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Relations that names without a schema no longer lead to, because a script has made a schema that
 * stands before theirs on the search path ({@code "$user"}), with others of their names. Checks and
 * further scripts would meet those.
 *
 * @param schemas on the search path when the scripts began, as an array literal
 */
record HiddenRelations(String schemas) {
  private static final String HIDING =
      """
      SELECT hn.nspname || '.' || h.relname AS hiding, vn.nspname || '.' || h.relname AS hidden
      FROM pg_class h JOIN pg_namespace hn ON hn.oid = h.relnamespace
      JOIN pg_class v ON v.relname = h.relname AND v.relkind IN ('r', 'p', 'v', 'm', 'f')
      JOIN pg_namespace vn ON vn.oid = v.relnamespace
      WHERE h.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND hn.nspname = ANY (CAST(? AS name[])) AND hn.nspname <> ALL (CAST(? AS name[]))
      AND vn.nspname = ANY (CAST(? AS name[])) AND vn.nspname <> 'pg_catalog'
      ORDER BY 1, 2 LIMIT 1
      """;

  private record Pair(String hiding, String hidden) {}

  static HiddenRelations before(Connection connection) throws SQLException {
    return new HiddenRelations(onPath(connection));
  }

  private static String onPath(Connection connection) throws SQLException {
    List<String> one =
        Queries.rowsOnPath(
            connection,
            "SELECT CAST(pg_catalog.current_schemas(false) AS pg_catalog.text) AS schemas",
            row -> row.text("schemas"));
    return one.get(0);
  }

  /**
   * @throws StepFailed naming the first
   */
  void refuse(Connection connection) throws SQLException {
    Optional<Pair> pair =
        Queries.first(
            connection,
            HIDING,
            row -> new Pair(row.text("hiding"), row.text("hidden")),
            onPath(connection),
            schemas,
            schemas);
    if (pair.isPresent()) {
      throw new StepFailed(
          Finding.of("script.hides", "a script leaves a relation that hides another of its name")
              .withExpected("names that mean behind the script what they meant when it was planned")
              .withFound(pair.get().hiding() + " hides " + pair.get().hidden())
              .withFix(
                  "make the schema and what is in it in a runbook before this one, or name the schema "
                      + pair.get().hidden().replaceFirst("[.].*", "")
                      + " in all that follows and call the new one otherwise"));
    }
  }
}
