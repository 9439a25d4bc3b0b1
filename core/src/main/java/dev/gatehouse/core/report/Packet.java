package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.StepLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What those who are asked should have read before they agree, as one Markdown file: what is asked,
 * what will be executed and on what, who else is there, what happens when it stops at each point
 * and what that costs, what was seen so far, and the commands to say yes or no.
 *
 * @since 0.1
 */
public final class Packet {

  private Packet() {}

  /**
   * Of a run that waits.
   *
   * @param head the journal's signed head; kept by those who agree, it shows later whether the
   *     journal was altered
   * @param journal as the commands are to name it
   * @param around who and what else is in the target now, a line each
   */
  public static String of(RunRecord run, String head, Path journal, List<String> around) {
    StringBuilder text = new StringBuilder();
    text.append("# To be agreed to: ").append(Markdown.code(run.outline().runbook()));
    text.append("\n\n");
    text.append("What is agreed to is this run, with this plan, on this database.\n");
    text.append(Markdown.block("", List.of(StatusText.of(run, journal))));
    text.append("\nThe journal's head, to be kept away from it:\n");
    text.append(Markdown.block("", List.of(head)));
    touched(text, run.outline());
    text.append("\n## Who and what is there now\n").append(Markdown.block("", around));
    evidence(text, run);
    undo(text, run.outline());
    text.append("\n").append(plan(run));
    return text.toString();
  }

  /** Everything that changes something, before each line of the plan is read. */
  private static void touched(StringBuilder text, Outline outline) {
    text.append("\n## What it changes\n\n");
    List<StepLine> changes = outline.steps().stream().filter(StepLine::changes).toList();
    for (StepLine step : changes) {
      text.append("- ").append(Markdown.code(step.name())).append(": ");
      text.append(
          switch (step.reach()) {
            case BESIDE -> "nothing in the target";
            case TARGET -> "the target";
            case UNKNOWN -> "perhaps more than the target";
            case BOTH -> "the target, and more than the target";
          });
      text.append(step.symbol().equals("!") ? "; **cannot be undone**" : "").append('\n');
    }
    if (changes.isEmpty()) {
      text.append("Nothing.\n");
    }
    for (String unseen : outline.unseen()) {
      text.append("- ").append(Markdown.code(unseen)).append('\n');
    }
  }

  private static void evidence(StringBuilder text, RunRecord run) {
    text.append("\n## What was seen so far\n\n");
    boolean any = false;
    for (StepRecord step : run.steps()) {
      if (step.state().done() && step.evidence().isPresent()) {
        any = true;
        text.append("- ").append(Markdown.code(step.name())).append(": ").append(Words.of(step));
        text.append('\n');
        for (Map.Entry<String, String> fact : step.evidence().get().facts().entrySet()) {
          text.append("  - ").append(Markdown.code(fact.getKey())).append(": ");
          text.append(Markdown.code(fact.getValue())).append('\n');
        }
      }
    }
    if (!any) {
      text.append("Nothing yet.\n");
    }
  }

  /** The table where an undo puts the whole target back; else each step's own way back. */
  private static void undo(StringBuilder text, Outline outline) {
    text.append("\n## If it stops\n");
    List<String> lines = new ArrayList<>(UndoTable.of(outline));
    if (lines.isEmpty()) {
      outline.steps().stream()
          .filter(StepLine::changes)
          .forEach(
              step ->
                  lines.add(
                      Plain.quoted(step.name()) + ": " + Plain.line(HowUndone.planned(step))));
    }
    text.append(lines.isEmpty() ? "\nNothing is to be undone.\n" : Markdown.block("", lines));
  }

  private static String plan(RunRecord run) {
    return Checklist.blank(run.outline(), run.plan())
        .replaceFirst("^# [^\n]*\n\nNot run[^\n]*\n", "## The plan\n")
        .replace("\n## ", "\n### ");
  }
}
