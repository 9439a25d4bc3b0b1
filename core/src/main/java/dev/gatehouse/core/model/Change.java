package dev.gatehouse.core.model;

import java.util.List;
import java.util.Optional;

/**
 * A step that writes, and says how that is undone.
 *
 * @since 0.1
 */
public non-sealed interface Change extends Step {

  /**
   * Reads what the effect needs (scripts, catalogue) and pins it. Writes nothing.
   *
   * @return the effect, the same at planning and at execution
   * @throws dev.gatehouse.core.outcome.Refusal when it can never succeed on this target
   */
  Effect bind(CheckContext reading) throws Exception;

  /** What reverses it once it is applied. */
  Undo undo();

  /**
   * The step whose evidence tells the state that this change puts the whole content of the target
   * back to, such as the backup that a restore restores. Once this change has succeeded as an undo,
   * what the target went through since that step began is undone with it: no undo of its own is
   * executed for it. Empty by default.
   */
  default Optional<Step> rewindsTo() {
    return Optional.empty();
  }

  /**
   * Changes whose undo this one executes on a copy of the target, and compares there what it
   * leaves. None by default.
   */
  default List<Change> rehearses() {
    return List.of();
  }

  /**
   * Whether this change puts the whole content of the target back to a state from before the run
   * began, such as a backup of an earlier day. Then it covers all that the run did in the target.
   */
  default boolean rewindsPastTheRun() {
    return false;
  }
}
