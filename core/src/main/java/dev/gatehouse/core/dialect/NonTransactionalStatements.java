package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Statements that no transaction can hold, such as an index built while others write: what each of
 * them leaves behind, and how the world tells whether it took effect.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface NonTransactionalStatements {

  /** How far a statement got whose session has ended. */
  enum State {
    /** All of it is there. */
    APPLIED,
    /** Nothing of it is there. */
    NOT_APPLIED,
    /** Something is left of it that its next execution clears away. */
    REPEATABLE
  }

  /** A state, and what was seen. */
  record ProbedState(State state, String because) {}

  /** What the dialect knows of one statement. */
  interface NonTransactional {

    /**
     * What its execution does besides the statement itself, the same whenever it is planned.
     *
     * @param targetIsFinal whether the target is now as it will be at its execution
     * @throws dev.gatehouse.core.outcome.Refusal when it can do nothing any more
     */
    List<String> plan(Connection connection, boolean targetIsFinal) throws SQLException;

    /** The statement, without its terminator. */
    String sql();

    /**
     * Looks; reads only.
     *
     * @return empty when this kind of statement leaves nothing that could be looked at
     */
    Optional<ProbedState> probe(Connection connection) throws SQLException;

    /**
     * Clears away what a try that failed has left, executes, and proves that it took effect.
     *
     * @param connection in autocommit
     * @throws dev.gatehouse.core.outcome.StepFailed when the statement ended and is not in effect
     */
    void execute(Connection connection) throws SQLException;
  }

  /**
   * The one statement of a script.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when it holds several, one that a transaction can
   *     hold, or one that cannot be told apart from its own failure
   */
  NonTransactional read(ScriptReader.Script script);
}
