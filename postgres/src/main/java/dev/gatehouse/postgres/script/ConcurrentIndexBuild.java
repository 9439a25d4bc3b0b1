package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.script.IndexStatementNames.Name;
import dev.gatehouse.postgres.session.GatehouseSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * An index built or dropped while others write. A build that fails leaves an index that is not
 * valid: it exists, slows down every write and answers no query, and IF NOT EXISTS is content with
 * it. Manual: CREATE INDEX, "Building Indexes Concurrently".
 */
final class ConcurrentIndexBuild {
  private ConcurrentIndexBuild() {}

  static NonTransactional built(String sql, IndexStatementNames names) {
    Name index = names.after("index", "concurrently").orElseThrow(() -> unnamed(sql));
    Name table = names.after("on").orElseThrow(() -> unnamed(sql));
    if (index.own().equals("on") && index.parts().size() == 1 && !sql.contains("\"on\"")) {
      throw unnamed(sql);
    }
    return new Built(sql, index, table, names.after("if", "not", "exists").isPresent());
  }

  static NonTransactional dropped(String sql, IndexStatementNames names) {
    return new Dropped(sql, names.allAfter("index", "concurrently"));
  }

  private static Refusal unnamed(String sql) {
    return new Refusal(
        Finding.of("lone.unnamed", "an index has no name of its own")
            .withExpected("a name, so that the index can be found after a failure")
            .withFound(sql)
            .withFix("CREATE INDEX CONCURRENTLY the_name ON ..."));
  }

  private record Built(String sql, Name index, Name table, boolean unlessThere)
      implements NonTransactional {

    @Override
    public List<String> plan(Connection connection, boolean targetIsFinal) throws SQLException {
      GatehouseSchema.requireKeeping(connection);
      if (targetIsFinal && !unlessThere && state(connection).kind() == IndexState.Kind.VALID) {
        throw new Refusal(
            Finding.of("lone.there", "the index is there already")
                .withExpected("no index " + index.own() + " beside " + table.quoted())
                .withFound("a valid index of that name")
                .withFix(
                    "where a run that has not ended made it, resume that run: runner.unfinished();"
                        + " else take the step out, or write CREATE INDEX CONCURRENTLY IF NOT"
                        + " EXISTS"));
      }
      return List.of(
          StateBefore.LINE,
          "-- before: DROP INDEX CONCURRENTLY "
              + index.quoted()
              + ", should it be there and invalid",
          "-- proven by: pg_index.indisvalid of " + index.own());
    }

    /** Beside its table, whatever schema a path finds first. */
    private IndexState state(Connection connection) throws SQLException {
      return IndexState.onTable(connection, index.own(), table.oid(connection));
    }

    @Override
    public Optional<ProbedState> probe(Connection connection) throws SQLException {
      return Optional.of(told(state(connection)));
    }

    private ProbedState told(IndexState now) {
      return switch (now.kind()) {
        case VALID ->
            new ProbedState(State.APPLIED, "index " + index.own() + " is there and valid");
        case INVALID ->
            new ProbedState(
                State.REPEATABLE,
                "index "
                    + index.own()
                    + " is there but not valid: a build failed; the next try drops it first");
        case ABSENT -> new ProbedState(State.NOT_APPLIED, "there is no index " + index.own());
      };
    }

    @Override
    public Optional<ProbedState> probe(Connection connection, String key) throws SQLException {
      IndexState now = state(connection);
      return Optional.of(StateBefore.unchanged(connection, key, now.text()).orElse(told(now)));
    }

    @Override
    public void execute(Connection connection, String key) throws SQLException {
      IndexState before = state(connection);
      before.keepUnder(connection, key);
      if (before.kind() == IndexState.Kind.INVALID) {
        InvalidIndexes.drop(connection, table, index.own());
      }
      PsqlNonTransactionalStatements.execute(connection, sql);
      if (state(connection).kind() != IndexState.Kind.VALID) {
        throw new StepFailed(
            Finding.of("lone.not-in-effect", "the index is not valid though its build returned")
                .withExpected("a valid index " + index.own() + " on " + table.quoted())
                .withFound(probe(connection).map(ProbedState::because).orElse(""))
                .withFix("DROP INDEX CONCURRENTLY " + index.quoted() + "; then run it again"));
      }
    }
  }

  private record Dropped(String sql, List<Name> indexes) implements NonTransactional {

    @Override
    public List<String> plan(Connection connection, boolean targetIsFinal) throws SQLException {
      GatehouseSchema.requireKeeping(connection);
      return List.of(StateBefore.LINE, "-- proven by: no entry of the index in pg_class");
    }

    /** PostgreSQL drops but one at a time in this way. */
    private IndexState state(Connection connection) throws SQLException {
      for (Name index : indexes) {
        IndexState state = IndexState.of(connection, index.oid(connection));
        if (state.kind() != IndexState.Kind.ABSENT) {
          return state;
        }
      }
      return IndexState.NONE;
    }

    @Override
    public Optional<ProbedState> probe(Connection connection) throws SQLException {
      return Optional.of(told(state(connection)));
    }

    private ProbedState told(IndexState now) {
      String names = String.join(", ", indexes.stream().map(Name::own).toList());
      return switch (now.kind()) {
        case VALID -> new ProbedState(State.NOT_APPLIED, "index " + names + " is there and valid");
        case INVALID ->
            new ProbedState(
                State.REPEATABLE,
                "index " + names + " is there but not valid; dropping it can go on");
        case ABSENT -> new ProbedState(State.APPLIED, "there is no index " + names);
      };
    }

    @Override
    public Optional<ProbedState> probe(Connection connection, String key) throws SQLException {
      IndexState now = state(connection);
      return Optional.of(StateBefore.unchanged(connection, key, now.text()).orElse(told(now)));
    }

    @Override
    public void execute(Connection connection, String key) throws SQLException {
      state(connection).keepUnder(connection, key);
      PsqlNonTransactionalStatements.execute(connection, sql);
    }
  }
}
