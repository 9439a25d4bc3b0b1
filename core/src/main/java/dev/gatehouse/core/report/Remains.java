package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.PartRecord;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.journal.UndoProgress;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.UndoOrder;
import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a run has left in effect, or may have, and how it would be undone by hand: last first. */
final class Remains {

  /** How the code of a finding ends that tells of something left behind. */
  private static final String LEFT = ".left";

  private Remains() {}

  static List<String> of(RunRecord run) {
    List<String> remains = new ArrayList<>();
    List<StepRecord> lastFirst = new ArrayList<>(run.applied());
    Collections.reverse(lastFirst);
    UndoOrder order = new UndoProgress(run).order();
    for (StepRecord step : lastFirst) {
      if (order.covered().contains(step.line())) {
        String by = order.rewind().map(rewind -> Plain.quoted(rewind.name())).orElse("");
        remains.add(Plain.quoted(step.name()) + ", covered by the undo of " + by);
      } else if (!kept(step) && step.state() != StepState.IN_DOUBT) {
        remains.add(undoOf(step));
        step.line().undoPreview().stream()
            .flatMap(statement -> Plain.lines(statement).stream())
            .forEach(line -> remains.add("  " + line));
        parts(step, remains);
      }
    }
    for (StepRecord step : run.steps()) {
      if (undone(step) && step.line().rewind().isPresent() && step.line().reach() != Reach.TARGET) {
        remains.add("perhaps what " + Plain.quoted(step.name()) + " did beyond the target");
      }
      if (HowUndone.isUnknown(step)) {
        remains.add(HowUndone.remains(step));
      }
      for (Finding left : step.findings()) {
        if (left.code().endsWith(LEFT)) {
          remains.add(Plain.line(left.headline()));
          Plain.lines(left.fix()).forEach(line -> remains.add("  " + line));
        }
      }
      if (step.state() == StepState.IN_DOUBT || step.state() == StepState.INTENT) {
        String session = step.session().isEmpty() ? "" : ", session " + Plain.line(step.session());
        remains.add("perhaps " + Plain.quoted(step.name()) + session);
        parts(step, remains);
      } else if (step.state() == StepState.PENDING && !step.parts().inEffect().isEmpty()) {
        remains.add(named(step) + ", which is to go on");
        parts(step, remains);
      }
    }
    return remains.isEmpty() && run.state().closed() ? List.of("nothing") : remains;
  }

  /** Last first, as they would be taken back by hand. */
  private static void parts(StepRecord step, List<String> remains) {
    List<PartRecord> left = new ArrayList<>(step.parts().inEffect());
    Collections.reverse(left);
    left.forEach(part -> remains.add("  part " + Plain.line(part.name()) + ": " + Words.of(part)));
    step.undoParts()
        .inEffect()
        .forEach(
            part ->
                remains.add("  of its undo " + Plain.line(part.name()) + ": " + Words.of(part)));
  }

  /** The engine too goes by this: what needs no undo is not left behind. */
  static boolean kept(StepRecord step) {
    return step.state() == StepState.SUCCEEDED && step.line().nothingToUndo();
  }

  static boolean undone(StepRecord step) {
    return step.state() == StepState.UNDONE;
  }

  /** And how far it got, when it is in parts. */
  static String named(StepRecord step) {
    String parts = step.parts().text();
    return Plain.quoted(step.name()) + (parts.isEmpty() ? "" : " (" + parts + ")");
  }

  static String undoOf(StepRecord step) {
    String undo = Plain.line(step.line().undo());
    return named(step) + ", " + (undo.startsWith("undone") ? "can be " : "") + undo;
  }
}
