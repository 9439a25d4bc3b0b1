package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;

/**
 * A check that a snapshot of access answers. Many of them can be asked of one snapshot.
 *
 * <p>May be implemented for claims of your own. Immutable. Reads only, and needs no privilege
 * beyond reading the product's catalogue.
 *
 * @since 0.1
 */
public interface AccessCheck extends Check {

  /**
   * Answers by that snapshot, and asks no database.
   *
   * @param begun what the evidence begins with
   * @return with all findings, however many they are
   * @throws dev.gatehouse.core.outcome.Refusal when the snapshot has no such role, and when a
   *     pattern matches nothing
   */
  Outcome judge(EffectiveAccess access, Evidence begun);

  /** Answers by the catalogue as it is now, with the first findings and the number of the rest. */
  @Override
  default Outcome evaluate(CheckContext reading) throws Exception {
    return AccessAnswers.few(whole(this, reading));
  }

  /** The answer of any check; of one about access with all its findings, not the first few. */
  static Outcome whole(Check check, CheckContext reading) throws Exception {
    return check instanceof AccessCheck about
        ? about.judge(
            AccessQuestion.reader(check.name(), reading.target()).read(reading.connection()),
            reading.evidence())
        : check.evaluate(reading);
  }
}
