package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.postgres.script.IndexStatementNames.Name;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Indexes rebuilt while others write. May be repeated; one that fails leaves invalid indexes whose
 * names end in {@code _ccnew} or {@code _ccold}. Manual: REINDEX, "Rebuilding Indexes
 * Concurrently".
 *
 * @param name of the table or index; empty for a schema or a whole database
 */
record ConcurrentReindex(String sql, Optional<Name> name) implements NonTransactional {
  /** Their table's name, and their own. */
  private static final String LEFT =
      "SELECT tn.nspname, t.relname, c.relname FROM pg_catalog.pg_index i"
          + " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
          + " JOIN pg_catalog.pg_class t ON t.oid = i.indrelid"
          + " JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace"
          + " WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'"
          + " AND tn.nspname <> 'pg_toast'";

  private static final String OF_ONE =
      " AND i.indrelid = coalesce((SELECT indrelid FROM pg_catalog.pg_index"
          + " WHERE indexrelid = ?), ?)";

  static NonTransactional of(String sql, ScriptWords words, IndexStatementNames names) {
    Optional<Name> name =
        words.has("index")
            ? names.after("index", "concurrently").or(() -> names.after("index"))
            : names.after("table", "concurrently").or(() -> names.after("table"));
    return new ConcurrentReindex(sql, name);
  }

  @Override
  public List<String> plan(Connection connection, boolean targetIsFinal) {
    return List.of(
        "-- before: DROP INDEX CONCURRENTLY of invalid *_ccnew and *_ccold that an earlier try left");
  }

  private List<List<String>> left(Connection connection) throws SQLException {
    return name.isPresent()
        ? ofOne(connection, name.get().oid(connection))
        : Queries.rows(connection, LEFT);
  }

  private static List<List<String>> ofOne(Connection connection, long oid) throws SQLException {
    return Queries.rows(connection, LEFT + OF_ONE, oid, oid);
  }

  @Override
  public Optional<ProbedState> probe(Connection connection) throws SQLException {
    List<String> left = left(connection).stream().map(row -> row.get(2)).toList();
    return Optional.of(
        left.isEmpty()
            ? new ProbedState(
                State.NOT_APPLIED, "nothing is left of it; doing it again is harmless")
            : new ProbedState(State.REPEATABLE, "invalid indexes are left: " + left));
  }

  @Override
  public void execute(Connection connection) throws SQLException {
    for (List<String> row : left(connection)) {
      InvalidIndexes.drop(connection, new Name(row.subList(0, 2)), row.get(2));
    }
    PsqlNonTransactionalStatements.execute(connection, sql);
  }
}
