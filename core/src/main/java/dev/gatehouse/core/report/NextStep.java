package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.EffectClass;
import java.util.ArrayList;
import java.util.List;

/** What a person is to do about a run: sentences, or calls to paste. */
final class NextStep {

  /** For whoever has only the journal: another process, or people with keys. */
  static final String ELSEWHERE =
      "elsewhere runner.resume(runbook, target, Path.of(JOURNAL)); examples/run status JOURNAL";

  private NextStep() {}

  static List<String> of(RunRecord run) {
    if (run.notices().left().isEmpty()) {
      return ofRun(run);
    }
    List<String> next = new ArrayList<>(ofRun(run));
    next.remove("nothing");
    next.add("tell those who were not told: runner.tell(journal, patience)");
    return next;
  }

  private static List<String> ofRun(RunRecord run) {
    String target = Plain.line(run.outline().target());
    return switch (run.state()) {
      case RUNNING, UNDOING ->
          run.steps().stream().anyMatch(NextStep::asksAPerson)
              ? waiting(run)
              : List.of("let it go on: run.toEnd(), or resume it from its journal");
      case PAUSED -> List.of("let it go on: run.toEnd(), or run.abort(who, why)");
      case WAITING -> waiting(run);
      case IN_DOUBT -> doubts(run, target);
      case SUCCEEDED ->
          run.steps().stream().allMatch(step -> step.findings().isEmpty())
              ? List.of("nothing")
              : List.of("see to what is said above; the run itself is done");
      case FAILED_CLEAN, UNDONE -> again(run, target);
      case NOT_UNDONE, PANICKED ->
          List.of(
              "undo by hand what remains on " + target + ", in this order, or leave it on purpose;",
              "then fix the cause, plan and run again");
    };
  }

  private static List<String> again(RunRecord run, String target) {
    List<String> next = new ArrayList<>();
    String unknown = HowUndone.unknownNames(run);
    if (!unknown.isEmpty()) {
      next.add("look whether " + target + " is as it was before " + unknown);
    }
    String cause =
        run.stoppedBy()
            .map(who -> "see why " + Plain.line(who) + " stopped it, ")
            .orElse("fix the cause, ");
    next.add(cause + "then plan and run again");
    return next;
  }

  private static List<String> doubts(RunRecord run, String target) {
    List<String> next = new ArrayList<>();
    next.add(
        "look at " + target + " and say APPLIED, NOT_APPLIED or PARTIAL; until then nothing is");
    next.add("repeated and nothing undone");
    run.steps().stream()
        .filter(step -> step.state() == StepState.IN_DOUBT)
        .forEach(
            step -> {
              String which =
                  step.parts()
                      .inFlight()
                      .or(step.undoParts()::inFlight)
                      .map(part -> "  // of part " + Plain.line(part.name()))
                      .orElse("");
              next.add("run.resolve(" + java(step.name()) + ", truth, who, evidence)" + which);
            });
    return next;
  }

  private static List<String> waiting(RunRecord run) {
    List<String> next = new ArrayList<>();
    for (StepRecord step : run.steps()) {
      if (step.state() == StepState.INCONCLUSIVE) {
        next.add("run.accept(" + java(step.name()) + ", who, why) or run.abort(who, why)");
      } else if (!step.needs().isEmpty() && !asksAPerson(step)) {
        next.add("run.say(" + java(step.name()) + ", who, role, true, text)");
      } else if (asksAPerson(step)) {
        next.add("run.answer(" + java(step.name()) + ", who, role, true, text)");
      }
    }
    run.trippedGuards()
        .forEach(
            (name, guard) -> {
              if (guard.reaction().equals("CONFIRM") && !guard.confirmed()) {
                next.add("run.confirm(" + java(name) + ", who) or run.abort(who, why)");
              }
            });
    if (next.isEmpty()) {
      run.wakeAt().ifPresent(at -> next.add("let it go on at " + Words.time(at) + ": run.toEnd()"));
    }
    return next.isEmpty() ? List.of("run.advance() tells what it waits for") : next;
  }

  private static boolean asksAPerson(StepRecord step) {
    boolean human = step.line().effectClass() == EffectClass.HUMAN;
    return (step.state() == StepState.WAITING && human)
        || (step.state() == StepState.UNDOING && !step.needs().isEmpty());
  }

  private static String java(String name) {
    return '"' + Plain.line(name.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
  }
}
