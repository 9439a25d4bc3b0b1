package dev.gatehouse.core.report;

import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.PartLine;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.Outline.Rewind;
import dev.gatehouse.core.model.Outline.StepLine;
import dev.gatehouse.core.model.UndoOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run that stops at a step would undo, and in which order: told before anything runs, where
 * the undo of a step puts the whole target back.
 */
final class UndoTable {
  private final List<StepLine> steps;

  private UndoTable(List<StepLine> steps) {
    this.steps = steps;
  }

  /** Lines of the table; none when no undo puts the target back. */
  static List<String> of(Outline outline) {
    UndoTable table = new UndoTable(outline.steps());
    return table.steps.stream().anyMatch(step -> step.rewind().isPresent())
        ? table.lines()
        : List.of();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<String> before = List.of();
    for (int at = 0; at < steps.size(); at++) {
      StepLine step = steps.get(at);
      List<String> then = then(order(at));
      if (!then.equals(before)) {
        told(lines, "if it stops at " + Plain.quoted(step.name()), then);
        before = then;
      }
      List<String> partly = partly(at);
      if (mayBePartial(step) && !partly.equals(then)) {
        told(lines, "if " + Plain.quoted(step.name()) + " stops half done", partly);
      }
    }
    lines.addAll(costs());
    return lines;
  }

  /** Only what those lose whom nobody asks. */
  static List<String> costs(Outline outline) {
    return new UndoTable(outline.steps()).costs();
  }

  private List<String> costs() {
    List<String> lines = new ArrayList<>();
    for (StepLine step : steps) {
      step.rewind().ifPresent(rewind -> cost(lines, step, rewind));
    }
    return lines;
  }

  /** Of a step in parts, what can be is taken back, before its own undo sees to what stays. */
  private List<String> partly(int at) {
    StepLine step = steps.get(at);
    UndoOrder whole = order(at + 1);
    boolean any = step.parts().stream().anyMatch(PartLine::takenBackAlone);
    if (!any || step.rewind().isPresent() || whole.covered().contains(step)) {
      return then(whole);
    }
    boolean all = step.parts().stream().allMatch(PartLine::takenBackAlone);
    List<String> partly = new ArrayList<>();
    partly.add("take back the parts of " + Plain.quoted(step.name()) + ", last first");
    if (!all) {
      partly.add("  up to one that nothing takes back; then");
    }
    partly.addAll(then(all ? order(at) : whole));
    return partly;
  }

  private static void told(List<String> lines, String when, List<String> then) {
    lines.add(when);
    then.forEach(line -> lines.add("  " + line));
  }

  private static boolean mayBePartial(StepLine step) {
    return step.effectClass() == EffectClass.STATEMENT
        || step.effectClass() == EffectClass.SEQUENCE
        || step.effectClass() == EffectClass.EXTERNAL;
  }

  /** With all changes before that place applied. */
  private UndoOrder order(int end) {
    List<UndoOrder.Applied> applied = new ArrayList<>();
    for (int at = 0; at < end; at++) {
      StepLine step = steps.get(at);
      if (step.changes()) {
        long backTo = step.rewind().flatMap(Rewind::to).map(this::place).orElse(-1);
        applied.add(new UndoOrder.Applied(step, at, false, backTo));
      }
    }
    return UndoOrder.of(applied);
  }

  private int place(String name) {
    return steps.stream().map(StepLine::name).toList().indexOf(name);
  }

  private static List<String> then(UndoOrder order) {
    List<String> then = new ArrayList<>();
    for (StepLine step : order.undos()) {
      then.add("undo " + Plain.quoted(step.name()) + ": " + name(step));
      if (order.rewind().filter(step::equals).isPresent() && !order.covered().isEmpty()) {
        then.add("  which covers " + names(order.covered()));
      }
    }
    if (!order.remaining().isEmpty()) {
      then.add("remains: " + names(order.remaining()));
    }
    return then.isEmpty() ? List.of("nothing to undo") : then;
  }

  private static String name(StepLine step) {
    return Plain.line(step.undo().substring(Outline.UNDONE_BY.length()));
  }

  private static String names(List<StepLine> steps) {
    return String.join(", ", steps.stream().map(step -> Plain.quoted(step.name())).toList());
  }

  private void cost(List<String> lines, StepLine undone, Rewind rewind) {
    String by = Plain.quoted(rewind.by());
    lines.add(by + " loses " + Plain.line(rewind.lost()));
    if (undone.reach() != Reach.TARGET) {
      lines.add("  what " + Plain.quoted(undone.name()) + " did beyond the target stays");
    }
    int from = rewind.to().map(this::place).orElse(-1);
    for (int at = from + 1; at < steps.size(); at++) {
      StepLine step = steps.get(at);
      if (step.undoable() && step.reach() == Reach.UNKNOWN && step.rewind().isEmpty()) {
        lines.add(
            "  "
                + Plain.quoted(step.name())
                + " may reach beyond the target: its own undo is executed all the same");
      }
    }
  }
}
