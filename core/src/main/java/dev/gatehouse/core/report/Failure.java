package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.List;

/** What went wrong in a run: a head that says where, and the finding. */
record Failure(String where, Finding finding) {

  /** All of them: tripped guards first, because they stop steps that are themselves sound. */
  static List<Failure> of(RunRecord run) {
    List<Failure> failures = new ArrayList<>();
    run.trippedGuards()
        .forEach(
            (name, guard) -> {
              String where = "guard " + Plain.quoted(name) + " tripped";
              add(failures, where, guard.findings(), "its reaction is " + guard.reaction());
            });
    for (StepRecord step : run.steps()) {
      if (isProblem(step)) {
        add(failures, where(run, step), step.findings(), headline(step));
      }
    }
    return failures;
  }

  /** One that stands beside what it is of. */
  static Failure of(Finding finding) {
    return new Failure("", plain(finding));
  }

  /** The aligned text of house style, made harmless to print. */
  String text(String target) {
    return finding.text(where, target).replace("\r\n", "\n");
  }

  private static boolean isProblem(StepRecord step) {
    return step.state().failed()
        || step.state() == StepState.INCONCLUSIVE
        || step.state() == StepState.IN_DOUBT
        || step.state() == StepState.UNDO_FAILED
        || (!step.findings().isEmpty()
            && (step.state() == StepState.UNDONE || step.state() == StepState.SUCCEEDED));
  }

  private static String where(RunRecord run, StepRecord step) {
    return switch (step.state()) {
      case UNDO_FAILED -> "undo of " + Plain.quoted(step.name()) + " failed";
      case SUCCEEDED -> Plain.quoted(step.name()) + " succeeded, but";
      case IN_DOUBT -> Plain.quoted(step.name()) + " is in doubt";
      default ->
          "gate "
              + Plain.quoted(step.gate())
              + (run.state().closed() ? " did not open" : " is not open");
    };
  }

  private static String headline(StepRecord step) {
    if (step.state() == StepState.IN_DOUBT) {
      return step.reason().isEmpty() ? "nobody saw how it ended" : Plain.line(step.reason());
    }
    return Plain.quoted(step.name()) + " " + Words.told(step);
  }

  private static void add(
      List<Failure> failures, String where, List<Finding> findings, String headline) {
    if (findings.isEmpty()) {
      failures.add(new Failure(where, Finding.of("", headline)));
    }
    findings.forEach(finding -> failures.add(new Failure(where, plain(finding))));
  }

  static Finding plain(Finding finding) {
    return new Finding(
        Plain.line(finding.code()),
        Plain.line(finding.headline()),
        Plain.block(finding.expected()),
        Plain.block(finding.found()),
        Plain.block(finding.fix()),
        finding.subjects());
  }
}
