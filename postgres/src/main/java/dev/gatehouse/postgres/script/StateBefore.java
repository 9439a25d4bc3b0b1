package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import dev.gatehouse.postgres.session.GatehouseSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * How the objects of a statement were before it was executed, kept under the key of its effect:
 * what was there before is not what a statement that failed has left.
 */
final class StateBefore {
  /** For the plan. */
  static final String LINE = "-- before: which index is there is kept in gatehouse.kept";

  private StateBefore() {}

  /**
   * @param connection in autocommit, and so it is afterwards
   */
  static void keep(Connection connection, String key, String state) throws SQLException {
    boolean kept = false;
    connection.setAutoCommit(false);
    try {
      GatehouseSchema.keep(connection, key, state);
      connection.commit();
      kept = true;
    } finally {
      if (!kept) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
    }
  }

  static Optional<String> of(Connection connection, String key) throws SQLException {
    return GatehouseSchema.kept(connection, key);
  }

  /** That nothing was done, when it was not executed under that key, or all is as it was before. */
  static Optional<ProbedState> unchanged(Connection connection, String key, String now)
      throws SQLException {
    Optional<String> before = of(connection, key);
    if (before.isEmpty()) {
      return Optional.of(
          new ProbedState(
              State.NOT_APPLIED,
              "its row in gatehouse.kept, which is written first, is not there"));
    }
    return before.get().equals(now)
        ? Optional.of(new ProbedState(State.NOT_APPLIED, "what is there is what was there before"))
        : Optional.empty();
  }
}
