package dev.gatehouse.core.model;

import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.Outline.StepLine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How what is applied is undone: with the fewest undos, last first. Where the undo of a step puts
 * the whole content of the target back, whatever changed that content since is covered by it and
 * has no undo of its own executed; what lies elsewhere keeps its own, in its place.
 *
 * <p>Immutable.
 *
 * @param undos steps whose own undo is executed, or whose parts are taken back, in that order
 * @param rewind the one among them whose undo covers others
 * @param covered what that undoes as well, last first
 * @param remaining what nothing undoes, last first
 * @since 0.1
 */
public record UndoOrder(
    List<StepLine> undos,
    Optional<StepLine> rewind,
    List<StepLine> covered,
    List<StepLine> remaining) {

  public UndoOrder {
    undos = List.copyOf(undos);
    covered = List.copyOf(covered);
    remaining = List.copyOf(remaining);
  }

  /**
   * A step that is applied, perhaps in part.
   *
   * @param begun its place in the order in which effects began
   * @param partial whether it failed and left something behind
   * @param takesBack whether it is in parts, the last of which can be taken back by itself
   * @param backTo the place of the step that its undo rewinds to, -1 for before all; meaningless
   *     when its undo rewinds nothing
   */
  public record Applied(
      StepLine line, long begun, boolean partial, boolean takesBack, long backTo) {

    /** A step that is undone as a whole, or not. */
    public Applied(StepLine line, long begun, boolean partial, long backTo) {
      this(line, begun, partial, false, backTo);
    }

    private boolean rewinds() {
      return line.rewind().isPresent() && line.undoable();
    }

    /**
     * Whether the undo of that step, once it has succeeded, has undone this one. What is undone by
     * putting the target back is by the word of its author in the target.
     */
    public boolean coveredBy(Applied other) {
      return other.rewinds()
          && !other.line.name().equals(line.name())
          && begun > other.backTo
          && (line.reach() == Reach.TARGET || rewinds());
    }
  }

  /**
   * The order for what is applied.
   *
   * @param applied in the order in which it was applied
   */
  public static UndoOrder of(List<Applied> applied) {
    List<Applied> lastFirst = new ArrayList<>(applied);
    Collections.reverse(lastFirst);
    // One rewind to the oldest state covers whatever a second one could. Where a newer state needs
    // no more undos, it is the better one: less is lost of what others wrote.
    return lastFirst.stream()
        .filter(Applied::rewinds)
        .sorted(Comparator.comparingLong(Applied::backTo).reversed())
        .map(rewind -> with(rewind, lastFirst))
        .min(
            Comparator.comparingInt((UndoOrder order) -> order.remaining.size())
                .thenComparingInt(order -> order.undos.size()))
        .orElseGet(() -> with(null, lastFirst));
  }

  private static UndoOrder with(@Nullable Applied rewind, List<Applied> lastFirst) {
    List<StepLine> undos = new ArrayList<>();
    List<StepLine> covered = new ArrayList<>();
    List<StepLine> remaining = new ArrayList<>();
    for (Applied step : lastFirst) {
      if (rewind != null && step.coveredBy(rewind)) {
        covered.add(step.line);
      } else if (step.takesBack || step.line.undoable()) {
        undos.add(step.line);
      } else if (step.partial || !step.line.nothingToUndo()) {
        remaining.add(step.line);
      }
    }
    return new UndoOrder(undos, Optional.ofNullable(rewind).map(Applied::line), covered, remaining);
  }
}
