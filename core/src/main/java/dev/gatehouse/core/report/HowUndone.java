package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.Compared;
import dev.gatehouse.core.model.Outline.StepLine;
import java.util.List;
import java.util.Optional;

/**
 * Whether somebody knows what an undo leaves: that it was executed as its author wrote it tells
 * nothing of the data.
 */
final class HowUndone {
  private static final int MOST_NAMED = 3;

  private HowUndone() {}

  /** How a step is undone, and what will be compared then. */
  static String planned(StepLine step) {
    if (!step.undoable()) {
      return step.undo();
    }
    return step.undo()
        + step.compared()
            .map(by -> (by.here() ? " (" : " (as written; on a copy only: ") + words(by) + ")")
            .orElse(" (as written: nothing compares what it leaves)");
  }

  /** The same in two words. */
  static String brief(StepLine step) {
    return isAsWritten(step)
        ? "undo as written: " + step.undo().substring(Outline.UNDONE_BY.length())
        : step.undo();
  }

  static boolean isAsWritten(StepLine step) {
    return step.undoable() && step.compared().filter(Compared::here).isEmpty();
  }

  private static String words(Compared by) {
    return "compared " + by.how();
  }

  /** What was compared with what by the undo of a step that is undone, if anything was. */
  static Optional<Compared> compared(StepRecord step) {
    return step.line()
        .compared()
        .filter(by -> by.here() && !step.takingBack() && !step.undoneByWord());
  }

  /** Undone, but whether the target is as before nobody knows. */
  static boolean isUnknown(StepRecord step) {
    return Remains.undone(step) && step.coveredBy().isEmpty() && compared(step).isEmpty();
  }

  /** Steps whose undo has succeeded, and of which nobody knows what it left. */
  static List<StepRecord> unknown(RunRecord run) {
    return run.steps().stream().filter(HowUndone::isUnknown).toList();
  }

  /** Names of those steps, the first few; empty when there are none. */
  static String unknownNames(RunRecord run) {
    List<StepRecord> all = unknown(run);
    String named =
        String.join(
            ", ", all.stream().limit(MOST_NAMED).map(step -> Plain.quoted(step.name())).toList());
    return all.size() > MOST_NAMED ? named + " and " + (all.size() - MOST_NAMED) + " more" : named;
  }

  /** Behind the name of a step that is undone. */
  static String done(StepRecord step) {
    if (!step.coveredBy().isEmpty()) {
      return ", " + Plain.line(step.reason());
    }
    return compared(step)
        .map(by -> ", " + Plain.line(words(by)))
        .orElse(", as written, not compared");
  }

  /** What nobody may take for gone. */
  static String remains(StepRecord step) {
    String ran =
        step.undoneByWord()
            ? "that it is undone is " + Plain.line(step.who()) + "'s word"
            : step.takingBack()
                ? "its parts were taken back as written"
                : "its undo ran as written";
    String copy =
        step.line()
            .compared()
            .filter(by -> !by.here())
            .map(by -> ", compared on a copy only, " + Plain.line(by.how()))
            .orElse(", and nothing compared what it left");
    return "not known of " + Plain.quoted(step.name()) + ": " + ran + copy;
  }
}
