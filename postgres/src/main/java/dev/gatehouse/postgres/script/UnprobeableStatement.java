package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A statement whose state cannot be looked at.
 *
 * @param repeatable whether doing it twice is as good as once: VACUUM, CLUSTER
 */
record UnprobeableStatement(String sql, boolean repeatable) implements NonTransactional {

  @Override
  public List<String> plan(Connection connection, boolean targetIsFinal) {
    return List.of();
  }

  @Override
  public Optional<ProbedState> probe(Connection connection) {
    return repeatable
        ? Optional.of(
            new ProbedState(State.NOT_APPLIED, "it leaves no trace; doing it again is harmless"))
        : Optional.empty();
  }

  @Override
  public void execute(Connection connection, String key) throws SQLException {
    PsqlNonTransactionalStatements.execute(connection, sql);
  }
}
