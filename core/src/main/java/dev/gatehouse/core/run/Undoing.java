package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.journal.UndoProgress;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.UndoOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reverses what is applied with the fewest undos, last first, and says how that ended. Stops at the
 * first undo that fails.
 */
final class Undoing {
  private final Plan plan;
  private final RunJournal ledger;
  private final Execution execution;
  private final Parking waits;
  private final UndoProgress left;

  Undoing(Plan plan, RunJournal ledger, Execution execution, Parking waits) {
    this.plan = plan;
    this.ledger = ledger;
    this.execution = execution;
    this.waits = waits;
    this.left = new UndoProgress(ledger.record());
  }

  /** How it ended; empty while something is left to undo. */
  Optional<RunState> end() {
    left.covered().forEach(ledger::covered);
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
    return ledger.record().steps().stream().anyMatch(step -> step.state() == state);
  }

  /** Undoes the step whose turn it is, or asks a person to. */
  @Nullable Tick next() {
    String name = left.order().undos().get(0).name();
    StepRecord step = ledger.record().step(name).orElseThrow();
    BoundStep bound = plan.step(name);
    if (!(bound.undo().orElseThrow() instanceof Effect.Human human)) {
      execution.execute(bound, true, List.of());
      return null;
    }
    if (step.state() != StepState.UNDOING) {
      ledger.writeDurably(
          Event.INTENT,
          Map.of("step", name, "key", execution.key(bound, true), "session", "", "undo", true));
    }
    return waits.forUndo(step, human);
  }
}
