package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A runbook as a Markdown checklist: blank to be approved or worked through by hand, filled to be
 * filed. Its tick boxes come from the gates and steps themselves, so the document cannot drift from
 * what is executed.
 *
 * <p>Names, facts and findings stand in code only: whatever they hold, they add no HTML, no link
 * and no row. Times are UTC. Reads no database and needs no privilege. As thread-safe as what it is
 * given.
 *
 * @since 0.1
 */
public final class Checklist {
  static final String EXECUTED = "Executed by";
  static final String REVIEWED = "Reviewed by";

  private Checklist() {}

  /**
   * To be approved, or to be worked through: each step with its exact SQL or commands and its undo,
   * and lines to sign.
   *
   * @param digest of the plan; what is signed is this plan and no later one
   */
  public static String blank(Outline outline, String digest) {
    StringBuilder text = new StringBuilder();
    text.append("# ").append(Markdown.code(outline.runbook())).append("\n\n");
    text.append("Not run. Lines ticked here by hand are no record of a run.\n\n");
    target(text, outline, digest);
    int number = 0;
    for (GateLine gate : outline.gates()) {
      gate(text, ++number, gate.name(), "");
      gate.steps().forEach(step -> blank(text, step));
    }
    guards(text, outline.guards());
    List<String> undo = UndoTable.of(outline);
    if (!undo.isEmpty()) {
      section(text, "Undo");
      text.append(Markdown.block("", undo).substring(1));
    }
    List<String> handOver = HandOverText.planned(outline.handOver());
    if (!handOver.isEmpty()) {
      section(text, "Hand-over");
      handOver.forEach(line -> append(text, "- ", line, "\n"));
    }
    signatures(text, outline.steps());
    return text.toString();
  }

  private static void blank(StringBuilder text, StepLine step) {
    text.append("- [ ] ").append(Markdown.code(step.name())).append(": ").append(kind(step));
    text.append('\n').append(Markdown.block("  ", step.preview()));
    if (!step.undo().isEmpty()) {
      text.append("\n  - ").append(Markdown.code(HowUndone.planned(step))).append('\n');
      text.append(Markdown.block("    ", step.undoPreview()));
    }
    text.append('\n');
  }

  private static String kind(StepLine step) {
    return switch (step.effectClass()) {
      case READ -> "reads";
      case HUMAN -> "is done by a person";
      default ->
          switch (step.symbol()) {
            case "+" -> "makes something beside the target";
            case "!" -> "changes it, **cannot be undone**";
            default -> "changes it";
          };
    };
  }

  /**
   * What happened, to be filed beside the journal.
   *
   * @param run the record
   * @param head the journal's signed head: whoever has it can tell whether the journal was altered;
   *     empty where nobody has one yet
   */
  public static String filled(RunRecord run, String head) {
    StringBuilder text = new StringBuilder();
    text.append("# ").append(Markdown.code(run.outline().runbook()));
    text.append(": ").append(run.state()).append("\n\n");
    text.append("The run ").append(run.state().closed() ? "ended: " : "is ");
    text.append(Words.of(run)).append(".\n\n");
    target(text, run.outline(), run.plan());
    row(text, "Run", Markdown.cell(run.run()));
    row(text, "Begun", Words.time(run.opened()) + " by " + Markdown.cell(run.initiator()));
    run.facts().forEach((name, value) -> row(text, Markdown.cell(name), Markdown.cell(value)));
    String elapsed = Words.elapsed(Duration.between(run.opened(), run.last()));
    row(text, "Last record", Words.time(run.last()) + " (after " + elapsed + ")");
    row(text, "Steps", Counts.of(run).toString());
    if (!head.isEmpty()) {
      row(text, "Journal head", Markdown.cell(head));
    }
    section(text, "Hand-over");
    HandOverText.facts(run)
        .forEach(
            (name, lines) -> lines.forEach(line -> append(text, "- " + name + ": ", line, "\n")));
    int number = 0;
    for (GateLine gate : run.outline().gates()) {
      boolean open = run.openGates().contains(gate.name());
      gate(text, ++number, gate.name(), open ? ", open" : ", **closed**");
      gate.steps().forEach(step -> run.step(step.name()).ifPresent(done -> filled(text, done)));
    }
    guards(text, run.outline().guards());
    String failure = RunText.failure(run);
    if (!failure.isEmpty()) {
      section(text, "What happened");
      text.append(Markdown.block("", List.of(failure)).substring(1));
    }
    remarks(text, run.remarks());
    if (run.state().closed()) {
      section(text, "Timeline");
      text.append(Gantt.of(run));
    }
    signatures(text, run);
    return text.toString();
  }

  private static void filled(StringBuilder text, StepRecord step) {
    text.append(step.state().done() ? "- [x] " : "- [ ] ").append(Markdown.code(step.name()));
    text.append(": ").append(step.state() == StepState.PASSED ? "passed" : loud(Words.of(step)));
    step.ended().ifPresent(at -> text.append(", ").append(Words.time(at)));
    step.begun()
        .flatMap(begun -> step.ended().map(ended -> Duration.between(begun, ended)))
        .filter(took -> !took.isZero() && step.state().done())
        .ifPresent(took -> text.append(", took ").append(Words.elapsed(took)));
    append(text, ", by ", step.who());
    append(text, ": ", step.reason());
    text.append('\n');
    if (!step.parts().text().isEmpty()) {
      step.parts()
          .all()
          .forEach(part -> append(text, "  - ", part.name(), ": " + Words.of(part) + "\n"));
    }
    step.evidence()
        .ifPresent(
            evidence -> {
              text.append("  - evidence of ").append(Words.time(evidence.takenAt())).append('\n');
              evidence
                  .facts()
                  .forEach(
                      (name, value) -> {
                        text.append("    - ").append(Markdown.code(name)).append(": ");
                        text.append(Markdown.code(value)).append('\n');
                      });
            });
    step.findings().forEach(finding -> append(text, "  - finding: ", finding.headline(), "\n"));
  }

  /** What did not simply pass is not to be read over. */
  private static String loud(String words) {
    return words.equals("done") || words.startsWith("done (")
        ? words
        : "**" + words.toUpperCase(Locale.ROOT) + "**";
  }

  private static void append(StringBuilder text, String label, String value, String... end) {
    if (!value.isBlank()) {
      text.append(label).append(Markdown.code(value)).append(String.join("", end));
    }
  }

  private static void target(StringBuilder text, Outline outline, String digest) {
    text.append("| | |\n|---|---|\n");
    row(text, "Target", Markdown.cell(Words.target(outline)));
    row(text, "Server", Markdown.cell(outline.fingerprint().server()));
    row(text, "Database", Markdown.cell(outline.fingerprint().database()));
    row(text, "Plan", Markdown.cell(digest));
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private static void gate(StringBuilder text, int number, String name, String state) {
    section(text, "Gate " + number + ": " + Markdown.code(name) + state);
  }

  private static void section(StringBuilder text, String name) {
    boolean blankBefore = text.lastIndexOf("\n\n") == text.length() - 2;
    text.append(blankBefore ? "## " : "\n## ").append(name).append("\n\n");
  }

  private static void guards(StringBuilder text, List<String> guards) {
    if (!guards.isEmpty()) {
      section(text, "Guards");
      guards.forEach(guard -> append(text, "- ", guard, "\n"));
    }
  }

  private static void remarks(StringBuilder text, List<RunRecord.Remark> remarks) {
    if (!remarks.isEmpty()) {
      section(text, "Remarks");
      remarks.forEach(
          remark -> append(text, "- " + Words.time(remark.at()) + " ", remark.text(), "\n"));
    }
  }

  private static void signatures(StringBuilder text, List<StepLine> steps) {
    signatureHead(text);
    steps.stream()
        .filter(step -> step.effectClass() == EffectClass.HUMAN)
        .forEach(step -> signature(text, Markdown.cell(step.name()), "", ""));
    signature(text, EXECUTED, "", "");
    signature(text, REVIEWED, "", "");
  }

  private static void signatures(StringBuilder text, RunRecord run) {
    signatureHead(text);
    for (Signature one : Signature.of(run)) {
      signature(text, Markdown.cell(one.what()), Markdown.cell(one.whoAndProof()), one.when());
    }
    signature(text, EXECUTED, Markdown.cell(run.initiator()), "");
    signature(text, REVIEWED, "", "");
  }

  private static void signatureHead(StringBuilder text) {
    section(text, "Sign-off");
    text.append("| For | Name | Date (UTC) | Signature |\n|---|---|---|---|\n");
  }

  private static void signature(StringBuilder text, String role, String name, String when) {
    text.append("| ").append(role).append(" | ").append(name.isEmpty() ? " " : name);
    text.append(" | ").append(when.isEmpty() ? " " : when).append(" | |\n");
  }
}
