package dev.gatehouse.core.model;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.History;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a check and a plan can see: everything, and nothing they could write with.
 *
 * <p>One thread at a time.
 *
 * @since 0.1
 */
public interface CheckContext {

  /** The database. */
  Target target();

  /**
   * A session that cannot write; inside a transactional change, that change's own session, so that
   * a check sees what it is about to commit. The same one for the whole call; do not close it.
   */
  Connection connection() throws SQLException;

  /** The run's clock. */
  Instant now();

  /** Evidence without facts yet, taken now. */
  default Evidence evidence() {
    return Evidence.at(now());
  }

  /**
   * Whether the target is now as it will be when this step's turn comes. False while planning a
   * step that stands behind one that changes the target, and while a run that has begun is planned
   * again to be resumed: what is missing now may be there then, or may have been there when the
   * step had its turn, so that its absence is UNKNOWN and no reason to refuse.
   */
  default boolean targetIsFinal() {
    return true;
  }

  /** What an earlier step of this run reported; empty while planning. */
  Optional<Evidence> evidenceOf(Step step);

  /**
   * While a run that has begun is planned again: what the parts of the step were bound to when it
   * was started, one text for each. Empty in a plan of its own.
   */
  default Optional<List<String>> boundBefore(Step step) {
    return Optional.empty();
  }

  /**
   * What the journal says so far of a step that waits; nothing outside of a run, so that whoever
   * waits for words waits on.
   */
  default History historyOf(Step step) {
    return History.NONE;
  }
}
