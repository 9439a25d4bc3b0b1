package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.postgres.script.IndexStatementNames.Name;
import dev.gatehouse.postgres.session.GatehouseSchema;
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
  private static final String LEFT =
      "SELECT c.oid, tn.nspname AS schema, t.relname AS table, c.relname AS index FROM"
          + " pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN"
          + " pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace tn ON tn.oid"
          + " = t.relnamespace WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND"
          + " tn.nspname <> 'pg_toast'";

  private static final String OF_ONE =
      " AND i.indrelid = coalesce((SELECT indrelid FROM pg_catalog.pg_index"
          + " WHERE indexrelid = ?), ?)";

  /** An invalid index that is left. */
  private record Left(String oid, Name table, String index) {
    static Left of(Row row) {
      return new Left(
          row.text("oid"),
          new Name(List.of(row.text("schema"), row.text("table"))),
          row.text("index"));
    }
  }

  static NonTransactional of(String sql, ScriptWords words, IndexStatementNames names) {
    Optional<Name> name =
        words.has("index")
            ? names.after("index", "concurrently").or(() -> names.after("index"))
            : names.after("table", "concurrently").or(() -> names.after("table"));
    return new ConcurrentReindex(sql, name);
  }

  @Override
  public List<String> plan(Connection connection, boolean targetIsFinal) throws SQLException {
    GatehouseSchema.requireKeeping(connection);
    return List.of(
        StateBefore.LINE,
        "-- before: DROP INDEX CONCURRENTLY of invalid *_ccnew and *_ccold that an earlier try"
            + " left");
  }

  private List<Left> left(Connection connection) throws SQLException {
    return name.isPresent()
        ? ofOne(connection, name.get().oid(connection))
        : Queries.rows(connection, LEFT, Left::of);
  }

  private static List<Left> ofOne(Connection connection, long oid) throws SQLException {
    return Queries.rows(connection, LEFT + OF_ONE, Left::of, oid, oid);
  }

  @Override
  public Optional<ProbedState> probe(Connection connection) throws SQLException {
    return Optional.of(told(left(connection)));
  }

  private static ProbedState told(List<Left> left) {
    return left.isEmpty()
        ? new ProbedState(State.NOT_APPLIED, "nothing is left of it; doing it again is harmless")
        : new ProbedState(
            State.REPEATABLE,
            "invalid indexes are left: " + left.stream().map(Left::index).toList());
  }

  /** What others left before it was executed is none of its work. */
  @Override
  public Optional<ProbedState> probe(Connection connection, String key) throws SQLException {
    List<String> before = StateBefore.of(connection, key).stream().flatMap(String::lines).toList();
    return Optional.of(
        told(left(connection).stream().filter(left -> !before.contains(left.oid())).toList()));
  }

  @Override
  public void execute(Connection connection, String key) throws SQLException {
    List<Left> before = left(connection);
    if (StateBefore.of(connection, key).isEmpty()) {
      List<String> oids = before.stream().map(Left::oid).toList();
      StateBefore.keep(connection, key, String.join("\n", oids));
    }
    for (Left left : before) {
      InvalidIndexes.drop(connection, left.table(), left.index());
    }
    PsqlNonTransactionalStatements.execute(connection, sql);
  }
}
