package dev.gatehouse.core.dialect;

import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
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
    /**
     * Something is left of it that its next execution clears away, or nothing tells whether it took
     * effect and executing it again does no harm.
     */
    REPEATABLE,
    /** The world is neither as it was before nor as the statement would have left it. */
    UNKNOWN
  }

  /** A state, and what was seen. */
  record ProbedState(State state, String because) {}

  /** What the dialect knows of one statement. */
  interface NonTransactional {

    /**
     * What its execution does besides the statement itself, the same whenever it is planned.
     *
     * @param targetIsFinal whether the target is now as it will be at its execution
     * @throws Refusal when it can do nothing any more
     */
    List<String> plan(Connection connection, boolean targetIsFinal) throws SQLException;

    /** The statement, without its terminator. */
    String sql();

    /**
     * Looks at the target as it is, whoever made it so; reads only.
     *
     * @return empty when this kind of statement leaves nothing that could be looked at
     */
    Optional<ProbedState> probe(Connection connection) throws SQLException;

    /**
     * Looks what became of its execution under that key; reads only. What was so before is not its
     * work, where the dialect can tell the two apart.
     *
     * @param key of the effect, the same for each of its attempts
     * @return empty when this kind of statement leaves nothing that could be looked at
     */
    default Optional<ProbedState> probe(Connection connection, String key) throws SQLException {
      return probe(connection);
    }

    /**
     * Keeps what is there before where the dialect needs it, clears away what a try that failed has
     * left, executes, and proves that it took effect.
     *
     * @param connection in autocommit
     * @param key of the effect, the same for each of its attempts
     * @throws dev.gatehouse.core.outcome.StepFailed when the statement ended and is not in effect
     */
    void execute(Connection connection, String key) throws SQLException;
  }

  /**
   * A statement of a script.
   *
   * @param where it stands, as {@code 003_orders.sql:12}
   */
  record Placed(String where, NonTransactional statement) {}

  /**
   * All statements of a script, in the order of their execution.
   *
   * @throws Refusal naming file and line, when it holds one that a transaction can hold and should,
   *     one that cannot be told apart from its own failure, or a client command
   */
  List<Placed> readEach(Script script);

  /**
   * The one statement of a script.
   *
   * @throws Refusal when it holds several, and as {@link #readEach}
   */
  default NonTransactional read(Script script) {
    List<Placed> all = readEach(script);
    if (all.size() != 1) {
      throw new Refusal(
          Finding.of("lone.several", "a step outside of transactions is not one statement")
              .withExpected("one statement, so that its state can be told after a failure")
              .withFound(all.size() + " statements in " + script.name())
              .withFix(
                  "make each a step of its own: outsideTransaction(sql(\"...\")), or all of them"
                      + " one step: statementByStatement(...)"));
    }
    return all.get(0).statement();
  }
}
