package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.journal.UndoProgress;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.UndoOrder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reverses what is applied with the fewest undos, last first, and says how that ended. Stops at the
 * first undo that fails.
 */
final class Undoing {
  private final RunContext run;
  private final Execution execution;
  private final Parking waits;
  private final UndoProgress left;

  Undoing(RunContext run, Execution execution, Parking waits) {
    this.run = run;
    this.execution = execution;
    this.waits = waits;
    this.left = new UndoProgress(run.record());
  }

  /** How it ended; empty while something is left to undo. */
  Optional<RunState> end() {
    left.covered().forEach(run.journal()::covered);
    if (any(StepState.UNDO_FAILED)) {
      return Optional.of(RunState.NOT_UNDONE);
    }
    UndoOrder order = left.order();
    if (!order.undos().isEmpty()) {
      return Optional.empty();
    }
    if (!order.remaining().isEmpty()) {
      return Optional.of(RunState.NOT_UNDONE);
    }
    return Optional.of(any(StepState.UNDONE) ? RunState.UNDONE : RunState.FAILED_CLEAN);
  }

  private boolean any(StepState state) {
    return run.record().steps().stream().anyMatch(step -> step.state() == state);
  }

  /** Undoes the step whose turn it is, or asks a person to. */
  @Nullable Tick next() {
    String name = left.order().undos().get(0).name();
    StepRecord step = run.record().step(name).orElseThrow();
    BoundStep bound = run.plan().step(name);
    if (left.takesBack(step)) {
      execution.takeBack(bound);
      return null;
    }
    if (!(bound.undo().orElseThrow() instanceof Effect.Human human)) {
      execution.execute(bound, true, List.of());
      return null;
    }
    if (step.state() != StepState.UNDOING) {
      run.journal().intentOfPerson(bound, run.key(bound, true));
    }
    return waits.forUndo(step, human);
  }
}
