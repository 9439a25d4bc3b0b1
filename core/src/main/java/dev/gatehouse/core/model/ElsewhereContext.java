package dev.gatehouse.core.model;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.History;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Another world than the step's own, such as a restored copy, for checks that are asked within it:
 * the clock and the reports of the run, another session.
 *
 * <p>One thread at a time, like the session.
 *
 * @param outer what the step itself can see
 * @since 0.1
 */
public record ElsewhereContext(Target target, Connection connection, CheckContext outer)
    implements CheckContext {

  @Override
  public Instant now() {
    return outer.now();
  }

  @Override
  public Optional<Evidence> evidenceOf(Step step) {
    return outer.evidenceOf(step);
  }

  @Override
  public History historyOf(Step step) {
    return outer.historyOf(step);
  }

  /**
   * Asks the check here. A refusal and an exception are INCONCLUSIVE, never PASSED.
   *
   * @throws InterruptedException when the run is told to stop
   */
  public Outcome ask(Check check) throws InterruptedException {
    return answer(check, () -> check.evaluate(this));
  }

  /** The same, planned here before. */
  public Outcome planAndAsk(Check check) throws InterruptedException {
    return answer(
        check,
        () -> {
          check.plan(this);
          return check.evaluate(this);
        });
  }

  private static Outcome answer(Check check, Callable<Outcome> asking) throws InterruptedException {
    try {
      return asking.call();
    } catch (InterruptedException e) {
      throw e;
    } catch (Refusal e) {
      return new Outcome.Inconclusive(e.findings());
    } catch (Exception e) {
      return Outcome.inconclusive(
          Finding.of("check.broke", "could not tell whether '" + check.name() + "' holds")
              .withFound(String.valueOf(e.getMessage()))
              .withFix("fix the cause, then ask again"));
    }
  }
}
