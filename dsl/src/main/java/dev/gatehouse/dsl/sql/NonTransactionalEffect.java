package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.core.dialect.TimeLimits.Limits;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A statement that no transaction holds, and what tells whether it took effect. */
record NonTransactionalEffect(
    NonTransactional lone,
    Optional<Query> appliedWhen,
    List<String> lines,
    Limits limits,
    Optional<TimeLimits> limiting,
    int attempts,
    Reach reach)
    implements Effect.InSession {

  @Override
  public List<String> preview() {
    List<String> all = new ArrayList<>(Transaction.retried(attempts));
    all.addAll(statement());
    return all;
  }

  /** The statement, and what is done besides. */
  List<String> statement() {
    List<String> all = new ArrayList<>();
    limiting.ifPresent(by -> all.addAll(by.preview(limits)));
    all.add(lone.sql() + ";");
    all.addAll(lines);
    return all;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    return execute(working);
  }

  /** Also for a part of a sequence, which the run applies as well. */
  Evidence execute(EffectContext working) throws Exception {
    working.progress().continuing();
    try (Others others = Others.around(working, attempts)) {
      try {
        executeLimited(working);
      } catch (StepFailed failed) {
        throw others.told(failed);
      }
    }
    Evidence evidence = working.evidence().with("statement", lone.sql());
    if (appliedWhen.isPresent()) {
      requireApplied(told(appliedWhen.get(), working, evidence));
    }
    return evidence;
  }

  /** A statement may return without an error and have changed nothing, such as IF NOT EXISTS. */
  private static void requireApplied(ProbeResult seen) {
    if (seen.kind() != Kind.APPLIED) {
      throw new StepFailed(
          Finding.of("statement.not-seen", "a statement returned, and nothing shows its effect")
              .withExpected("a row that tells that it took effect")
              .withFound(seen.because())
              .withFix(
                  "look whether the statement took effect, and correct appliedWhen(\"...\") or the"
                      + " statement: something of that name may have been there before"));
    }
  }

  private void executeLimited(EffectContext working) throws SQLException {
    try {
      if (limiting.isPresent()) {
        limiting.get().impose(working.connection(), limits);
      }
      lone.execute(working.connection(), working.key());
    } catch (SQLException e) {
      if (working.target().dialect().concurrency().inDoubt(working.connection(), e)) {
        throw e;
      }
      StepFailed failed =
          new StepFailed(
              Finding.of("statement.failed", "a statement outside of transactions failed")
                  .withExpected("the statement to succeed")
                  .withFound(Query.message(e) + "\n" + lone.sql())
                  .withFix("fix the cause, then plan and run the runbook again"));
      failed.initCause(e);
      throw failed;
    }
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    Evidence evidence = reading.evidence().with("statement", lone.sql());
    if (appliedWhen.isPresent()) {
      return told(appliedWhen.get(), reading, evidence);
    }
    ProbedState seen = lone.probe(reading.connection(), key).orElseThrow();
    Kind kind =
        switch (seen.state()) {
          case APPLIED -> Kind.APPLIED;
          case NOT_APPLIED -> Kind.NOT_APPLIED;
          case REPEATABLE -> Kind.REPEATABLE;
          case UNKNOWN -> Kind.UNKNOWN;
        };
    return new ProbeResult(kind, seen.because(), evidence.with("proof", seen.because()));
  }

  private static ProbeResult told(Query query, CheckContext reading, Evidence evidence) {
    Outcome outcome =
        query.ask(
            reading,
            rows ->
                rows.next()
                    ? Outcome.passed(evidence)
                    : Outcome.failed(Finding.of("lone.not-applied", "no row"), evidence));
    String line = query.line();
    if (outcome instanceof Outcome.Passed) {
      return new ProbeResult(
          Kind.APPLIED, "a row came from: " + line, evidence.with("proof", line));
    }
    return outcome instanceof Outcome.Failed
        ? new ProbeResult(Kind.NOT_APPLIED, "no row came from: " + line, evidence)
        : new ProbeResult(Kind.UNKNOWN, outcome.findings().get(0).text(), evidence);
  }
}
