package dev.gatehouse.core.dialect;

import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Foreign keys that are enforced only where a session says so, before its transaction begins. What
 * rebuilds a table that others refer to needs them off meanwhile, and a proof afterwards.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface ForeignKeyEnforcement {

  /** The statements around a transaction that is executed without them. */
  List<String> preview();

  /**
   * Refuses statements that do something else than their author meant while foreign keys are
   * enforced.
   *
   * @param target the database as they will meet it; empty when that is not known, because steps
   *     before them may change it: then it is told when they are executed
   * @throws dev.gatehouse.core.outcome.Refusal naming the statement, and what would be lost
   */
  void refuseLosses(Optional<Connection> target, List<ScriptStatement> statements)
      throws SQLException;

  /**
   * Switches enforcement off until the session is closed.
   *
   * @param connection of {@link Dialect#openWriting}, in autocommit
   */
  void suspend(Connection connection) throws SQLException;

  /** What goes with a table that is dropped to be rebuilt: its references, indexes, triggers. */
  List<String> goingWithTables(Connection connection) throws SQLException;

  /**
   * How many rows refer to a row that does not exist, by the reference and its value, in words; and
   * the references to tables that do not exist.
   *
   * @throws StepFailed when that cannot be told
   */
  Map<String, Long> broken(Connection connection) throws SQLException;
}
