package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Contention;
import dev.gatehouse.core.journal.Parts;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What an attempt at an effect came to: a state for the journal, or doubt.
 *
 * @param part what became of the part at which it ended, when it ended at one
 * @param unseen what a person must be asked about at once, because it returned and nothing shows it
 */
record Attempt(
    StepState state,
    List<Finding> findings,
    Optional<Evidence> evidence,
    Optional<Parts.Told> part,
    Optional<String> unseen) {

  private static Attempt of(StepState state, List<Finding> findings, Optional<Evidence> evidence) {
    return new Attempt(state, findings, evidence, Optional.empty(), Optional.empty());
  }

  static Attempt succeeded(boolean undo, Evidence evidence) {
    StepState state = undo ? StepState.UNDONE : StepState.SUCCEEDED;
    return of(state, List.of(), Optional.of(evidence));
  }

  /** It was so before: nothing was done, and there is nothing to undo. */
  static Attempt foundSo(Evidence evidence) {
    return of(StepState.SKIPPED, List.of(), Optional.of(evidence));
  }

  /** It failed with nothing done; what a pause cut off did not fail. */
  static Attempt clean(RunContext run, boolean undo, List<Finding> findings) {
    if (undo) {
      return of(StepState.UNDO_FAILED, findings, Optional.empty());
    }
    StepState state = paused(run) ? StepState.PENDING : StepState.FAILED_CLEAN;
    return of(state, findings, Optional.empty());
  }

  static boolean paused(RunContext run) {
    return run.stop().pending().filter(asked -> asked.mode() == Stop.Mode.PAUSE).isPresent();
  }

  /** With what the world tells of it: its undo may need that. */
  static Attempt partial(boolean undo, List<Finding> findings, Optional<Evidence> evidence) {
    StepState state = undo ? StepState.UNDO_FAILED : StepState.FAILED_PARTIAL;
    return of(state, findings, evidence);
  }

  static Attempt doubt(Exception failure, List<Finding> findings) {
    Optional<String> unseen =
        failure instanceof StepFailed failed && failed.ending() == Ending.RETURNED
            ? Optional.of("it returned without an error, and nothing shows what it did")
            : Optional.empty();
    return new Attempt(StepState.IN_DOUBT, findings, Optional.empty(), Optional.empty(), unseen);
  }

  Attempt with(List<Finding> more, Optional<Evidence> otherEvidence) {
    return new Attempt(state, more, otherEvidence, part, unseen);
  }

  /** To be tried once more. */
  Attempt again() {
    return new Attempt(StepState.PENDING, findings, Optional.empty(), part, unseen);
  }

  Attempt at(Parts.Told ended) {
    return new Attempt(state, findings, evidence, Optional.of(ended), unseen);
  }

  /** The same where parts are in effect: it failed with something done, however it ended. */
  Attempt behind(Parts parts) {
    boolean left =
        parts.inEffect().stream()
            .anyMatch(known -> part.filter(told -> told.number() == known.number()).isEmpty());
    return state == StepState.FAILED_CLEAN && left
        ? new Attempt(StepState.FAILED_PARTIAL, findings, evidence, part, unseen)
        : this;
  }

  /** Nothing took effect, and nobody but others is to blame. */
  boolean othersStoodInTheWay(RunContext run) {
    return state == StepState.FAILED_CLEAN
        && run.stop().pending().isEmpty()
        && !findings.isEmpty()
        && findings.stream().allMatch(one -> one.code().startsWith(Contention.CODE));
  }

  /**
   * What the world says of an effect that says itself that it failed. With UNKNOWN it is in doubt,
   * unless it has told that it ended, however much it left behind. What returned without an error
   * did nothing, or what it did is not seen: nobody can tell which.
   */
  static Kind left(Kind seen, Exception failure) {
    if (!(failure instanceof StepFailed failed)) {
      return seen;
    }
    return switch (failed.ending()) {
      case FAILED -> seen == Kind.UNKNOWN ? Kind.PARTIAL : seen;
      case PERHAPS_IN_PART -> seen == Kind.APPLIED ? seen : Kind.PARTIAL;
      case RETURNED -> seen == Kind.APPLIED ? seen : Kind.UNKNOWN;
      case REFUSED -> seen == Kind.UNKNOWN ? Kind.NOT_APPLIED : seen;
      case LOST -> seen;
    };
  }

  /** The same where only the whole of it would be seen, and not a part that a stop cut off. */
  static Kind leftUnseen(Kind seen, Exception failure) {
    Kind left = left(seen, failure);
    return failure instanceof InterruptedException && left == Kind.NOT_APPLIED
        ? Kind.PARTIAL
        : left;
  }

  /** Whether the error leaves open what became of the statement. */
  static boolean inDoubt(RunContext run, Connection connection, Exception e) {
    return e instanceof SQLException error && run.concurrency().inDoubt(connection, error);
  }

  /**
   * What is wrong. Whoever stopped the run is to blame for what their stop cut off, and not the
   * statement that ended so: what that said is what was found.
   */
  static List<Finding> findings(RunContext run, Exception e) {
    List<Finding> said = said(run, e);
    Finding first = said.get(0);
    return run.stop()
        .struck()
        .filter(stop -> !first.code().equals(Stop.CODE))
        .map(
            stop ->
                List.of(
                    stop.withExpected("to go on to its end")
                        .withFound((first.headline() + "\n" + first.found()).strip())))
        .orElse(said);
  }

  private static List<Finding> said(RunContext run, Exception e) {
    if (e instanceof StepFailed failed) {
      return failed.findings();
    }
    if (e instanceof Refusal refusal) {
      return refusal.findings();
    }
    Scrubber scrubber = run.plan().scrubber();
    Optional<Contention.Clash> clash =
        e instanceof SQLException error
            ? run.plan().target().dialect().contention().flatMap(by -> by.clash(error))
            : Optional.empty();
    if (clash.isPresent()) {
      return List.of(
          Finding.of(clash.get().code(), clash.get().headline())
              .withExpected("nobody in the way")
              .withFound(scrubber.describe(e))
              .withFix("run it again" + clash.get().remedy() + "; nothing is wrong with the step"));
    }
    return List.of(
        Finding.of("step.broke", "the step broke")
            .withFound(scrubber.describe(e))
            .withFix("fix the cause, then plan and run the runbook again"));
  }
}
