package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.PartRecord;
import dev.gatehouse.core.journal.PartState;
import dev.gatehouse.core.journal.Parts;
import dev.gatehouse.core.journal.Parts.Way;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.ProbeResult.Kind;
import java.util.Optional;

/** What a truth makes of a step that was in doubt, and of the part that was under way. */
record Answer(StepState state, Optional<Parts.Told> part) {

  /**
   * @param crashed whether the doubt comes from a crash, or a person tells the truth: then what did
   *     not happen is ready again; else it failed before our eyes and stays failed
   */
  static Answer of(Kind truth, StepRecord doubtful, boolean crashed) {
    Optional<PartRecord> part = inFlight(doubtful);
    if (part.isPresent() && truth != Kind.UNKNOWN) {
      Way way = way(doubtful);
      Parts.Told told = new Parts.Told(way, part.get().number(), told(way, truth, part.get()));
      StepState state =
          way == Way.APPLY ? forward(doubtful, told, crashed) : backward(doubtful, truth);
      return new Answer(state, Optional.of(told));
    }
    return new Answer(whole(truth, doubtful, crashed), Optional.empty());
  }

  /** The part whose outcome is not known; empty also where a step has none. */
  static Optional<PartRecord> inFlight(StepRecord step) {
    return (way(step) == Way.UNDO ? step.undoParts() : step.parts()).inFlight();
  }

  static Way way(StepRecord step) {
    if (!step.undoInFlight()) {
      return Way.APPLY;
    }
    return step.takingBack() ? Way.TAKE_BACK : Way.UNDO;
  }

  /** What a truth about it makes of a part. */
  static PartState told(Way way, Kind truth, PartRecord part) {
    boolean back = way == Way.TAKE_BACK;
    return switch (truth) {
      // What was so before is no proof of the part, and none of its work.
      case APPLIED ->
          back ? PartState.TAKEN_BACK : part.found() ? PartState.PENDING : PartState.APPLIED;
      case NOT_APPLIED -> back ? part.before() : PartState.PENDING;
      case REPEATABLE -> back ? part.before() : PartState.REPEATABLE;
      case PARTIAL, UNKNOWN -> PartState.PARTIAL;
    };
  }

  private static StepState forward(StepRecord step, Parts.Told told, boolean crashed) {
    boolean others =
        step.parts().inEffect().stream().anyMatch(part -> part.number() != told.number());
    return switch (told.state()) {
      case APPLIED ->
          told.number() == step.parts().all().size() ? StepState.SUCCEEDED : StepState.PENDING;
      case PARTIAL -> StepState.FAILED_PARTIAL;
      case REPEATABLE -> crashed ? StepState.PENDING : StepState.FAILED_PARTIAL;
      default ->
          crashed ? StepState.PENDING : others ? StepState.FAILED_PARTIAL : StepState.FAILED_CLEAN;
    };
  }

  /** Its undo goes on from what is known now. */
  private static StepState backward(StepRecord step, Kind truth) {
    return truth == Kind.PARTIAL ? StepState.UNDO_FAILED : step.beforeUndo();
  }

  private static StepState whole(Kind truth, StepRecord doubtful, boolean crashed) {
    boolean undo = doubtful.undoInFlight();
    if (truth != Kind.UNKNOWN && truth != Kind.PARTIAL && betweenParts(doubtful)) {
      return undo ? doubtful.beforeUndo() : StepState.PENDING;
    }
    return switch (truth) {
      case APPLIED -> undo ? StepState.UNDONE : StepState.SUCCEEDED;
      case NOT_APPLIED ->
          undo ? doubtful.beforeUndo() : crashed ? StepState.PENDING : StepState.FAILED_CLEAN;
      case REPEATABLE ->
          undo ? doubtful.beforeUndo() : crashed ? StepState.PENDING : StepState.FAILED_PARTIAL;
      case PARTIAL -> undo ? StepState.UNDO_FAILED : StepState.FAILED_PARTIAL;
      case UNKNOWN -> StepState.IN_DOUBT;
    };
  }

  /** Whether nothing but parts takes effect, and none was under way: there is no doubt. */
  private static boolean betweenParts(StepRecord step) {
    return switch (way(step)) {
      case APPLY, TAKE_BACK -> !step.parts().isEmpty();
      case UNDO -> !step.undoParts().isEmpty();
    };
  }
}
