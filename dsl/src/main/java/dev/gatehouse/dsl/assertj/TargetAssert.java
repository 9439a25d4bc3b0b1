package dev.gatehouse.dsl.assertj;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.core.run.Inspection.Answer;
import dev.gatehouse.dsl.words.RedTest;
import java.util.List;
import java.util.function.Supplier;
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
    return asserted(() -> Inspection.of(check, actual));
  }

  /**
   * Every check of the gate holds.
   *
   * @throws AssertionError with the text that a run prints, for all that do not
   */
  public TargetAssert passes(Gate gate) {
    return asserted(() -> Inspection.of(gate, actual));
  }

  /**
   * Every check of the runbook holds.
   *
   * @throws AssertionError with the text that a run prints, for all that do not
   */
  public TargetAssert passes(Runbook runbook) {
    return asserted(() -> Inspection.of(runbook, actual));
  }

  private TargetAssert asserted(Supplier<Inspection> planned) {
    isNotNull();
    String text;
    List<Finding> findings;
    try {
      List<Answer> red =
          planned.get().answers().stream().filter(answer -> !answer.holds()).toList();
      text = String.join("\n\n", red.stream().map(Answer::text).toList());
      findings = red.stream().flatMap(one -> RedTest.findings(one.outcome()).stream()).toList();
    } catch (Refusal e) {
      text = String.valueOf(e.getMessage());
      findings = e.findings();
    }
    if (!findings.isEmpty()) {
      failWithActualExpectedAndMessage(
          RedTest.actual(findings), RedTest.expected(findings), "%s", text);
    }
    return this;
  }
}
