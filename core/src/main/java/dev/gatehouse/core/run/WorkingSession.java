package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.History;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an effect works with: the writing session when it has one, else a reading one on demand. */
final class WorkingSession implements EffectContext, AutoCloseable {
  private final String step;
  private final String key;
  private final Progress progress;
  private final Checks checks;
  private final ReadingSession reading;
  private final @Nullable Connection writing;

  WorkingSession(
      String step,
      String key,
      Progress progress,
      Checks checks,
      ReadingSession reading,
      @Nullable Connection writing) {
    this.step = step;
    this.key = key;
    this.progress = progress;
    this.checks = checks;
    this.reading = reading;
    this.writing = writing;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Progress progress() {
    return progress;
  }

  @Override
  public void require(Check check) {
    Outcome outcome = checks.evaluateOn(check, this);
    if (outcome.status().opens()) {
      return;
    }
    if (outcome.findings().isEmpty()) {
      String reason = outcome instanceof Outcome.Waiting waiting ? waiting.reason() : "";
      throw new StepFailed(
          Finding.of("check.lapsed", "'" + check.name() + "' does not hold any more")
              .withFound(reason)
              .withFix("run it again when it holds"));
    }
    throw new StepFailed(outcome.findings().stream().map(f -> named(check, f)).toList());
  }

  /** Of the checks that stand in one change, a reader must know which one it was. */
  private Finding named(Check check, Finding finding) {
    String where = "'" + step + "' stopped at '" + check.name() + "'";
    return finding.withHeadline(where + ": " + finding.headline());
  }

  @Override
  public Target target() {
    return reading.target();
  }

  @Override
  public Connection connection() throws SQLException {
    return writing != null ? writing : reading.connection();
  }

  @Override
  public Instant now() {
    return reading.now();
  }

  @Override
  public Optional<Evidence> evidenceOf(Step step) {
    return reading.evidenceOf(step);
  }

  @Override
  public History historyOf(Step step) {
    return reading.historyOf(step);
  }

  @Override
  public void close() {
    reading.close();
  }
}
