package dev.gatehouse.core.journal;

import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.UndoOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run has to undo, and what is undone although no record says so yet. Told by the order of
 * the journal's records alone, so it is the same after a crash at any point.
 *
 * <p>A view like the record; one thread at a time.
 *
 * @param run the record
 * @since 0.1
 */
public record UndoProgress(RunRecord run) {

  private static final long BEFORE_ALL = -1;

  /** How what is applied is undone from here on; steps that are being undone included. */
  public UndoOrder order() {
    return UndoOrder.of(run.applied().stream().map(this::applied).toList());
  }

  /**
   * Steps that stand as applied although an undo that has succeeded put the target back to before
   * them, last first, each with the step whose undo that was.
   */
  public Map<StepRecord, StepRecord> covered() {
    List<StepRecord> lastFirst = new ArrayList<>(run.applied());
    Collections.reverse(lastFirst);
    Map<StepRecord, StepRecord> covered = new LinkedHashMap<>();
    for (StepRecord undone : run.steps()) {
      if (undone.state() == StepState.UNDONE && undone.coveredBy().isEmpty()) {
        UndoOrder.Applied rewind = applied(undone);
        lastFirst.stream()
            .filter(step -> applied(step).coveredBy(rewind))
            .forEach(step -> covered.putIfAbsent(step, undone));
      }
    }
    return covered;
  }

  private UndoOrder.Applied applied(StepRecord step) {
    long backTo =
        step.line().rewind().flatMap(Outline.Rewind::to).map(this::place).orElse(BEFORE_ALL);
    boolean partial =
        step.state() == StepState.FAILED_PARTIAL || step.beforeUndo() == StepState.FAILED_PARTIAL;
    return new UndoOrder.Applied(
        step.line(), step.place(), partial, partial && takesBack(step), backTo);
  }

  /**
   * Whether the parts of a step that was left half-way are taken back, or are already, before its
   * own undo is executed for what stays. Putting the whole target back makes that needless.
   */
  public boolean takesBack(StepRecord step) {
    boolean all = !step.parts().isEmpty() && step.parts().inEffect().isEmpty();
    return step.state() != StepState.SUCCEEDED
        && step.line().rewind().isEmpty()
        && (all || step.parts().nextToTakeBack().isPresent());
  }

  /** What has not begun tells no state to go back to, and so covers nothing. */
  private long place(String name) {
    return run.step(name).map(StepRecord::place).orElse(Long.MAX_VALUE);
  }
}
