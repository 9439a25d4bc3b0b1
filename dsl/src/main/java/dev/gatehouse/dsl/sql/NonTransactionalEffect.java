package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
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
import dev.gatehouse.core.outcome.StepFailed.Ending;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A statement that no transaction holds, and what tells whether it took effect.
 *
 * @param takenBack whether something will undo it, which must not undo what was so before
 */
record NonTransactionalEffect(
    NonTransactional lone,
    Optional<Query> appliedWhen,
    List<String> lines,
    Limits limits,
    Optional<TimeLimits> limiting,
    int attempts,
    boolean takenBack,
    Reach reach)
    implements Effect.InSession {
  static final Pattern PERHAPS_NOTHING = Pattern.compile("(?is).*\\bif\\s+(?:not\\s+)?exists\\b.*");

  @Override
  public List<String> preview() {
    List<String> all = new ArrayList<>(Transaction.retried(attempts));
    all.addAll(statement());
    return all;
  }

  @Override
  public Optional<String> comparison() {
    return appliedWhen.map(query -> "by a row of: " + query.line());
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
  public void requireUnapplied(CheckContext reading) throws Exception {
    Optional<Finding> so = soAlready(reading);
    if (so.isPresent()) {
      throw new StepFailed(so.get());
    }
  }

  /**
   * What is so before the statement is executed, and would be taken for its work. A statement whose
   * dialect can tell the two apart may find it so, unless something would take it back.
   */
  Optional<Finding> soAlready(CheckContext reading) throws Exception {
    if (appliedWhen.isPresent()) {
      ProbeResult seen = told(appliedWhen.get(), reading, reading.evidence());
      return seen.kind() == Kind.APPLIED
          ? Optional.of(
              Finding.of("statement.so-already", "it is so before the statement is executed")
                  .withExpected("no row, so that one shows afterwards what the statement did")
                  .withFound(seen.because())
                  .withFix(
                      "take the step out, or correct appliedWhen(\"...\"): its row must come from"
                          + " this statement alone"))
          : Optional.empty();
    }
    return takenBack && PERHAPS_NOTHING.matcher(lone.sql()).matches() && isSo(reading)
        ? Optional.of(
            Finding.of("statement.so-already", "it is so before the statement is executed")
                .withExpected("a change that the undo of this step may take back")
                .withFound(probed(lone.probe(reading.connection())).because() + "\n" + lone.sql())
                .withFix(
                    "take the step out, or say cannotBeUndone(\"...\") instead of undoneBy(...),"
                        + " which would take away what was there before"))
        : Optional.empty();
  }

  /** Whether the target is as the statement would leave it, whoever made it so. */
  boolean isSo(CheckContext reading) throws SQLException {
    return probed(lone.probe(reading.connection())).state() == State.APPLIED;
  }

  private static ProbedState probed(Optional<ProbedState> seen) {
    return seen.orElse(new ProbedState(State.UNKNOWN, "nothing tells"));
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
          List.of(
              Finding.of("statement.not-seen", "a statement returned, and nothing shows its effect")
                  .withExpected("a row that tells that it took effect")
                  .withFound(seen.because())
                  .withFix(
                      "look whether the statement took effect, say so by run.resolve(...), and"
                          + " correct appliedWhen(\"...\") or the statement")),
          Ending.RETURNED);
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

  /** A query that shows the whole does not show what a failed try left: the dialect does. */
  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    Evidence evidence = reading.evidence().with("statement", lone.sql());
    Optional<ProbedState> left = lone.probe(reading.connection(), key);
    if (appliedWhen.isEmpty()) {
      return told(left.orElseThrow(), evidence);
    }
    ProbeResult told = told(appliedWhen.get(), reading, evidence);
    return told.kind() == Kind.NOT_APPLIED
        ? left.map(seen -> told(seen, evidence))
            .filter(seen -> seen.kind() == Kind.REPEATABLE)
            .orElse(told)
        : told;
  }

  private static ProbeResult told(ProbedState seen, Evidence evidence) {
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
