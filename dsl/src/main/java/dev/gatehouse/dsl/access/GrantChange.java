package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;

/** A change of grants, and what it is where each statement commits. */
interface GrantChange extends Change {

  /** The statements with what takes each back; the same in a run that is resumed. */
  GrantSequence sequence(CheckContext reading, GrantMethod.InSequence method) throws Exception;

  /**
   * How grants are made in that target.
   *
   * @throws Refusal when its dialect has none
   */
  static GrantMethod method(String name, Target target) {
    return target
        .dialect()
        .grants()
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("dialect.no-grants", "'" + name + "' needs grants")
                        .withExpected("a product with GRANT and REVOKE")
                        .withFound(target.dialect().name() + " has none")
                        .withFix("take '" + name + "' out of this runbook")));
  }
}
