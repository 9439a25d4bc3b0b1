package dev.gatehouse.core.testkit;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A target as a check sees it. */
public record At(Target target, Connection connection) implements CheckContext {

  /** Plans the check and asks it, in a session of its own. */
  public static Outcome ask(Target target, Check check) throws Exception {
    try (Connection session = target.dialect().openReading(target)) {
      At reading = new At(target, session);
      List<String> lines = check.plan(reading);
      if (lines.isEmpty()) {
        throw new AssertionError(check.name() + " does not say what it reads");
      }
      return check.evaluate(reading);
    }
  }

  /** What the first finding says, without what changes from time to time. */
  public static String said(Outcome outcome) {
    Finding finding = outcome.findings().get(0);
    return finding.text().replaceAll("pid \\d+", "pid N").replaceAll("\\(\\d+\\)", "(N)");
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public Optional<Evidence> evidenceOf(Step step) {
    return Optional.empty();
  }
}
