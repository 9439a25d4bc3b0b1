package dev.gatehouse.core.report;

import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A plan that is to fit on a page: each gate and step is there by its whole name, SQL and commands
 * only so far as there is room, and what is left out says how much it is.
 */
final class FoldedPlan {
  private static final String LEGEND =
      "= reads  + makes something beside  ~ changes, can be undone  ! cannot be undone  ? people";

  private static final String LEGEND_AS_WRITTEN =
      "= reads  + makes beside  ~ changes  ! cannot be undone  ? people"
          + "  undo as written: never compared";

  private static final Pattern LOST = Pattern.compile("\\b(lost|loses?|overwrit\\w+)\\b");

  private final Outline outline;
  private final int shown;
  private final List<String> lines = new ArrayList<>();
  private int folded;

  /**
   * @param shown how many lines of each change and of each undo are told
   */
  private FoldedPlan(Outline outline, int shown) {
    this.outline = outline;
    this.shown = shown;
  }

  /** Its lines below the head; as few of its lines are folded as the page makes it. */
  static List<String> of(Outline outline, int page, int columns) {
    List<String> lines = List.of();
    for (int shown = 8; shown >= 0; shown = shown == 0 ? -1 : shown / 2) {
      lines = new FoldedPlan(outline, shown).lines(columns);
      if (lines.size() <= page) {
        return lines;
      }
    }
    return lines;
  }

  private List<String> lines(int columns) {
    outline.gates().forEach(this::gate);
    outline.guards().forEach(guard -> lines.add("guard " + guard(Plain.line(guard))));
    List<String> handOver = HandOverText.planned(outline.handOver());
    if (!handOver.isEmpty()) {
      lines.add("hand-over");
      handOver.forEach(line -> lines.add("  " + line));
    }
    undo();
    lines.add(PlanText.count(outline));
    boolean written = outline.steps().stream().anyMatch(HowUndone::isAsWritten);
    lines.add(written ? LEGEND_AS_WRITTEN : LEGEND);
    if (folded > 0) {
      lines.add(folded + " lines are folded: plan.full() has them all, and so has the checklist");
    }
    return lines.stream().flatMap(line -> Wrapping.lines(line, columns).stream()).toList();
  }

  /** A gate of one step has it beside its name. */
  private void gate(GateLine gate) {
    String head = "gate " + Plain.quoted(gate.name());
    boolean one = gate.steps().size() == 1;
    if (!one) {
      lines.add(head);
    }
    gate.steps().forEach(step -> step(one ? head + "  " : "  ", step));
  }

  private void step(String before, StepLine step) {
    StringBuilder text = new StringBuilder(before);
    text.append(Plain.line(step.symbol())).append(' ').append(Plain.line(step.name()));
    List<String> preview = all(step.preview());
    List<String> undo = all(step.undoPreview());
    boolean nothing = step.undo().isEmpty() || step.nothingToUndo();
    if (step.changes()) {
      text.append("  [").append(step.effectClass()).append(']');
      text.append(shown < preview.size() ? "  " + amount(preview.size()) : "");
      text.append(nothing ? "" : "; " + Plain.line(HowUndone.brief(step)));
      text.append(shown < undo.size() ? ", " + amount(undo.size()) : "");
      folded += nothing && !step.undo().isEmpty() ? 1 : 0;
      lines.add(text.toString());
      some(preview, "      ");
      some(undo, "        ");
    } else {
      boolean more = !preview.equals(List.of(Plain.line(step.name())));
      text.append(step.preview().stream().anyMatch(Outline::unknown) ? "  UNKNOWN yet" : "");
      folded += more ? preview.size() : 0;
      folded += step.undo().isEmpty() ? 0 : 1;
      lines.add(text.toString());
    }
  }

  /** The first lines; and any that tells what is lost, or is not known before it is done. */
  private void some(List<String> all, String indent) {
    for (int at = 0; at < all.size(); at++) {
      String line = all.get(at);
      if (at < shown || Outline.unknown(line) || LOST.matcher(line).find()) {
        lines.add(indent + line);
      } else {
        folded++;
      }
    }
  }

  /** What it looks at is SQL or a command, and is folded. */
  private String guard(String guard) {
    int looks = guard.indexOf(Outline.LOOKS_AT);
    folded += looks < 0 ? 0 : 1;
    return looks < 0 ? guard : guard.substring(0, looks);
  }

  /** What a rewind costs is told; which undo comes when it stops where is folded. */
  private void undo() {
    List<String> all = UndoTable.of(outline);
    List<String> costs = UndoTable.costs(outline);
    if (!all.isEmpty()) {
      folded += all.size() - costs.size();
      lines.add("undo");
      costs.forEach(line -> lines.add("  " + line));
    }
  }

  private static List<String> all(List<String> texts) {
    return texts.stream().flatMap(text -> Plain.lines(text).stream()).toList();
  }

  private static String amount(int lines) {
    return lines == 1 ? "1 line" : lines + " lines";
  }
}
