package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Undo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reverses what is applied, last first, and says how that ended. Stops at the first undo that
 * fails.
 */
final class Undoing {
  private final Plan plan;
  private final RunJournal ledger;
  private final Execution execution;
  private final Parking waits;

  Undoing(Plan plan, RunJournal ledger, Execution execution, Parking waits) {
    this.plan = plan;
    this.ledger = ledger;
    this.execution = execution;
    this.waits = waits;
  }

  /** How it ended; empty while something is left to undo. */
  Optional<RunState> end() {
    List<StepRecord> applied = ledger.record().applied();
    if (applied.stream().anyMatch(step -> step.state() == StepState.UNDO_FAILED)) {
      return Optional.of(RunState.NOT_UNDONE);
    }
    return last().isPresent() ? Optional.empty() : Optional.of(withNothingLeft(applied));
  }

  private RunState withNothingLeft(List<StepRecord> applied) {
    boolean remains =
        applied.stream()
            .map(step -> plan.step(step.name()).step())
            .anyMatch(
                step ->
                    step instanceof Change change && change.undo() instanceof Undo.CannotBeUndone);
    if (remains || any(StepState.FAILED_PARTIAL)) {
      return RunState.NOT_UNDONE;
    }
    return any(StepState.UNDONE) ? RunState.UNDONE : RunState.FAILED_CLEAN;
  }

  private boolean any(StepState state) {
    return ledger.record().steps().stream().anyMatch(step -> step.state() == state);
  }

  /** The step applied last among those that have an undo. */
  private Optional<StepRecord> last() {
    return ledger.record().applied().stream()
        .filter(step -> plan.step(step.name()).undo().isPresent())
        .reduce((earlier, later) -> later);
  }

  /** Undoes the step applied last, or asks a person to. */
  @Nullable Tick next() {
    StepRecord step = last().orElseThrow();
    BoundStep bound = plan.step(step.name());
    if (!(bound.undo().orElseThrow() instanceof Effect.Human human)) {
      execution.execute(bound, true, List.of());
      return null;
    }
    if (step.state() != StepState.UNDOING) {
      ledger.writeDurably(
          Event.INTENT,
          Map.of(
              "step", step.name(), "key", execution.key(bound, true), "session", "", "undo", true));
    }
    return waits.forUndo(step, human);
  }
}
