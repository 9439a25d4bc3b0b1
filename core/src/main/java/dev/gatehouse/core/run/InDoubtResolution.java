package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import java.util.Optional;

/**
 * Finds out what became of an effect nobody saw the end of: fence first, probe second. A dead
 * client is not a dead statement.
 */
final class InDoubtResolution {

  /** How often a doubt is looked into before only a person may resolve it. */
  static final int LOOKS = 3;

  private static final String WHO = "gatehouse";

  private final RunContext run;

  InDoubtResolution(RunContext run) {
    this.run = run;
  }

  /**
   * Looks into one doubt and journals the answer.
   *
   * @param crashed whether the doubt comes from a crash: then a step that did not happen is ready
   *     again; else it failed before our eyes and stays failed
   */
  void look(StepRecord doubtful, boolean crashed) {
    BoundStep step = run.plan().step(doubtful.name());
    boolean undo = doubtful.undoInFlight();
    ProbeResult truth = truth(step, undo, doubtful.session());
    StepState state = state(truth.kind(), doubtful, crashed);
    Optional<Evidence> evidence =
        truth.kind() == Kind.APPLIED ? Optional.of(truth.evidence()) : Optional.empty();
    run.journal().resolved(step.name(), state, truth.because(), WHO, evidence);
  }

  /** What a truth makes of a step. */
  static StepState state(Kind kind, StepRecord doubtful, boolean crashed) {
    boolean undo = doubtful.undoInFlight();
    return switch (kind) {
      case APPLIED -> undo ? StepState.UNDONE : StepState.SUCCEEDED;
      case NOT_APPLIED ->
          undo ? doubtful.beforeUndo() : crashed ? StepState.PENDING : StepState.FAILED_CLEAN;
      case REPEATABLE ->
          undo ? doubtful.beforeUndo() : crashed ? StepState.PENDING : StepState.FAILED_PARTIAL;
      case PARTIAL -> undo ? StepState.UNDO_FAILED : StepState.FAILED_PARTIAL;
      case UNKNOWN -> StepState.IN_DOUBT;
    };
  }

  private ProbeResult truth(BoundStep step, boolean undo, String session) {
    Effect effect = (undo ? step.undo() : step.effect()).orElseThrow();
    try {
      if (effect instanceof Effect.Human) {
        return new ProbeResult(
            Kind.NOT_APPLIED, "nobody has answered yet", Evidence.at(run.clock().instant()));
      }
      run.concurrency().fence(run.plan().target(), session);
      try (ReadingSession reading = run.reading()) {
        String key = run.key(step, undo);
        return effect instanceof Effect.Probed probed
            ? probed.probe(reading, key)
            : marker(reading, key);
      }
    } catch (Exception e) {
      return new ProbeResult(
          Kind.UNKNOWN,
          "could not look: " + run.plan().scrubber().describe(e),
          Evidence.at(run.clock().instant()));
    }
  }

  private ProbeResult marker(ReadingSession reading, String key) throws Exception {
    Evidence evidence = reading.evidence().with("proof", "marker row " + key).keeping("key", key);
    return run.concurrency().marker(reading.connection(), key).isPresent()
        ? new ProbeResult(Kind.APPLIED, "its marker row is there", evidence)
        : new ProbeResult(Kind.NOT_APPLIED, "its marker row is not there", evidence);
  }
}
