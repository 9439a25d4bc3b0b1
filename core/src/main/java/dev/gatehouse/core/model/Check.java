package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Quorum;
import java.util.List;
import java.util.Optional;

/**
 * A step that only reads. May be evaluated any number of times.
 *
 * @since 0.1
 */
public non-sealed interface Check extends Step, TransactionPart {

  /**
   * Refuses, while planning, what can never be answered: a missing capability, an unknown role, a
   * pattern that matches nothing. Tells what will be read.
   *
   * @return exact SQL or a sentence for each thing it will look at; part of the plan's digest, so
   *     it must name every parameter
   * @throws dev.gatehouse.core.outcome.Refusal when the check makes no sense on this target
   */
  List<String> plan(CheckContext reading) throws Exception;

  /**
   * Looks. An exception becomes INCONCLUSIVE, never PASSED.
   *
   * @return never vacuously passed: what matched nothing has not been checked
   */
  Outcome evaluate(CheckContext reading) throws Exception;

  /**
   * Whether it must hold not only when its gate opens but at each later moment a change touches the
   * target: a maintenance window, the age of a backup. Such a check is asked again right before
   * each later effect on the target, and inside the transaction just before it commits.
   */
  default boolean standing() {
    return false;
  }

  /**
   * Whose words it waits for, when it waits for words: so that it is refused while planning where
   * nobody could say them.
   */
  default Optional<Quorum> quorum() {
    return Optional.empty();
  }

  /**
   * The same check as a guard asks it for the length of one run. One that compares with what was
   * there when the run began answers with a new check, which keeps its first sample.
   */
  default Check watching() {
    return this;
  }

  /** As a part of a transaction: the transaction goes on only if the check passes inside it. */
  @Override
  default Pinned pin(CheckContext reading) throws Exception {
    List<String> lines = List.copyOf(plan(reading));
    return new Pinned() {
      @Override
      public List<String> preview() {
        return lines;
      }

      @Override
      public Applied apply(EffectContext working) throws Exception {
        working.require(Check.this);
        return Applied.NOTHING;
      }
    };
  }
}
