package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;

/**
 * A check that a snapshot of access answers. Many of them can be asked of one snapshot.
 *
 * <p>Immutable. Reads only, and needs no privilege beyond reading the product's catalogue.
 *
 * @since 0.1
 */
public sealed interface AccessCheck extends Check
    permits PrivilegeCheck, EscalationCheck, AccessMatrix {

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
    return AccessAnswers.few(AccessAnswers.whole(this, reading));
  }
}
