package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses to go on with another runbook than the one that was started, and shows the difference.
 */
final class Changes {

  private static final int SHOWN = 6;

  private Changes() {}

  /** Before the target is looked at: the same steps in the same gates. */
  static void refuseOtherSteps(RunRecord record, Runbook runbook) {
    List<String> started = new ArrayList<>();
    record
        .outline()
        .gates()
        .forEach(
            gate -> gate.steps().forEach(step -> started.add(gate.name() + " / " + step.name())));
    List<String> given = new ArrayList<>();
    runbook
        .gates()
        .forEach(
            gate ->
                gate.steps().stream()
                    .map(Step::name)
                    .forEach(s -> given.add(gate.name() + " / " + s)));
    if (!record.outline().runbook().equals(runbook.name())) {
      started.add(0, "runbook " + record.outline().runbook());
      given.add(0, "runbook " + runbook.name());
    }
    refuseUnlessEqual(record, started, given);
  }

  /** With the target read: the same plan. */
  static void refuseOtherPlan(RunRecord record, Plan plan) {
    if (!record.plan().equals(plan.digest())) {
      List<String> started = lines(record.outline().known());
      List<String> given = lines(plan.outline().known());
      refuseUnlessEqual(record, started, given);
      throw refusal(record, record.plan(), plan.digest());
    }
  }

  private static void refuseUnlessEqual(
      RunRecord record, List<String> started, List<String> given) {
    if (!started.equals(given)) {
      List<String> gone = new ArrayList<>(started);
      gone.removeAll(given);
      List<String> come = new ArrayList<>(given);
      come.removeAll(started);
      if (gone.isEmpty() && come.isEmpty()) {
        gone.addAll(started);
        come.addAll(given);
      }
      throw refusal(record, shown(gone), shown(come));
    }
  }

  private static String shown(List<String> lines) {
    return lines.isEmpty()
        ? "nothing of the kind"
        : String.join("\n", lines.subList(0, Math.min(SHOWN, lines.size())));
  }

  private static Refusal refusal(RunRecord record, String expected, String found) {
    return new Refusal(
        Finding.of(
                "plan.changed",
                "the plan is not the one that run " + record.run() + " was started with")
            .withExpected(expected)
            .withFound(found)
            .withFix(
                "resume with the runbook as it was, or plan and run the changed one: what this run"
                    + " did then stays"));
  }

  private static List<String> lines(Outline outline) {
    List<String> lines = new ArrayList<>();
    lines.add("target " + outline.target() + " " + outline.fingerprint().identity());
    for (Outline.StepLine step : outline.steps()) {
      lines.add(step.name() + " " + step.effectClass());
      step.preview().forEach(line -> lines.add(step.name() + ": " + line));
      lines.add(step.name() + ": " + step.undo());
      step.compared()
          .ifPresent(compared -> lines.add(step.name() + ": compared " + compared.how()));
      step.undoPreview().forEach(line -> lines.add(step.name() + ": undo " + line));
    }
    outline.guards().forEach(guard -> lines.add("guard " + guard));
    return lines;
  }
}
