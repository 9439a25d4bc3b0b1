package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.PartRecord;
import dev.gatehouse.core.journal.Parts;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Effect.InSequence;
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
    ProbeResult truth = truth(step, doubtful);
    Optional<Evidence> evidence =
        truth.kind() == Kind.APPLIED ? Optional.of(truth.evidence()) : Optional.empty();
    Answer answer = Answer.of(truth.kind(), doubtful, crashed);
    run.journal().resolved(step.name(), answer, truth.because(), WHO, evidence);
  }

  private ProbeResult truth(BoundStep step, StepRecord doubtful) {
    Parts.Way way = Answer.way(doubtful);
    Effect effect = (way == Parts.Way.UNDO ? step.undo() : step.effect()).orElseThrow();
    try {
      if (effect instanceof Effect.Human) {
        return notApplied("nobody has answered yet");
      }
      run.concurrency().fence(run.plan().target(), doubtful.session());
      if (effect instanceof Effect.InSequence sequence) {
        return part(step, way, sequence, Answer.inFlight(doubtful));
      }
      try (ReadingSession reading = run.reading()) {
        String key = run.key(step, doubtful.undoInFlight());
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

  private ProbeResult notApplied(String because) {
    return new ProbeResult(Kind.NOT_APPLIED, because, Evidence.at(run.clock().instant()));
  }

  /** What is known of the others stays known: that part alone is looked at. */
  private ProbeResult part(
      BoundStep step, Parts.Way way, Effect.InSequence effect, Optional<PartRecord> inFlight)
      throws Exception {
    if (inFlight.isEmpty()) {
      return notApplied("no part of it was under way");
    }
    int number = inFlight.get().number();
    InSequence.Part part = effect.parts().get(number - 1);
    InSequence.Part act = way == Parts.Way.TAKE_BACK ? part.inverse().orElseThrow() : part;
    try (ReadingSession reading = run.reading()) {
      ProbeResult seen = act.probe(reading, run.key(step, way, number));
      String which = way == Parts.Way.TAKE_BACK ? "taking back " : "";
      return new ProbeResult(
          seen.kind(), which + part.name() + ": " + seen.because(), seen.evidence());
    }
  }

  private ProbeResult marker(ReadingSession reading, String key) throws Exception {
    Evidence evidence = reading.evidence().with("proof", "marker row " + key).keeping("key", key);
    return run.concurrency().marker(reading.connection(), key).isPresent()
        ? new ProbeResult(Kind.APPLIED, "its marker row is there", evidence)
        : new ProbeResult(Kind.NOT_APPLIED, "its marker row is not there", evidence);
  }
}
