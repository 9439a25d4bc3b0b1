package dev.gatehouse.dsl.assertj;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.Gatehouse;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions over a database: checks, as runbooks have them. Nothing is executed; a change is
 * refused, and so is a check that could never be answered there.
 *
 * <p>One thread at a time. Needs what the checks need to read.
 *
 * @since 0.1
 */
public class TargetAssert extends AbstractAssert<TargetAssert, Target> {

  /** For AssertJ, which makes a subclass of it for soft assertions. */
  public TargetAssert(Target actual) {
    super(actual, TargetAssert.class);
  }

  /**
   * The check holds.
   *
   * @throws AssertionError with the text that a run prints
   */
  public TargetAssert passes(Check check) {
    return asserted(() -> Gatehouse.verify(check, actual));
  }

  /**
   * Every check of the gate holds.
   *
   * @throws AssertionError with the text that a run prints, for all that do not
   */
  public TargetAssert passes(Gate gate) {
    return asserted(() -> Gatehouse.verify(gate, actual));
  }

  /**
   * Every check of the runbook holds.
   *
   * @throws AssertionError with the text that a run prints, for all that do not
   */
  public TargetAssert passes(Runbook runbook) {
    return asserted(() -> Gatehouse.verify(runbook, actual));
  }

  private TargetAssert asserted(Runnable verifying) {
    isNotNull();
    try {
      verifying.run();
    } catch (Refusal | AssertionError e) {
      failWithMessage("%s", e.getMessage());
    }
    return this;
  }
}
