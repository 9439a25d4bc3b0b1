package dev.gatehouse.core.report;

import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import java.util.List;

/**
 * A plan to review before anything runs: each step with its symbol, its effect class, the exact SQL
 * or commands, and how it is undone.
 *
 * <p>Thread-safe. Reads no database and needs no privilege.
 *
 * @since 0.1
 */
public final class PlanText {

  /** First line of every plan. */
  public static final String BANNER = "PLAN ONLY - nothing was changed";

  private static final String LEGEND =
      """
      = reads   + makes something beside the target   ~ changes it, can be undone
      ! changes it, cannot be undone   ? is done or agreed to by people
      """;

  /** A plan that is longer is folded, so that it is read at all. */
  private static final int PAGE = 40;

  private static final int COLUMNS = 100;

  private PlanText() {}

  /**
   * The plan as text, lines ended by {@code \n} and wrapped at 100 columns, without colour. One of
   * more than 40 lines is folded: each gate and step by its name, SQL and commands as far as there
   * is room, and how many lines are left out. {@link #full} leaves nothing out, nor do {@link
   * Checklist#blank} and the packet of those who are asked to agree.
   *
   * @param outline what is planned
   * @param digest of the plan, as approvals and the journal name it
   */
  public static String of(Outline outline, String digest) {
    String full = Wrapping.block(full(outline, digest), COLUMNS);
    if (full.lines().count() <= PAGE) {
      return full;
    }
    StringBuilder text = new StringBuilder(Wrapping.block(head(outline, digest), COLUMNS));
    FoldedPlan.of(outline, PAGE, COLUMNS).forEach(line -> line(text, "", line));
    return text.toString();
  }

  /**
   * The whole plan, nothing folded and nothing wrapped.
   *
   * @param outline what is planned
   * @param digest of the plan, as approvals and the journal name it
   */
  public static String full(Outline outline, String digest) {
    StringBuilder text = new StringBuilder(head(outline, digest));
    for (GateLine gate : outline.gates()) {
      text.append("\ngate ").append(Plain.quoted(gate.name())).append('\n');
      gate.steps().forEach(step -> step(text, step));
    }
    if (!outline.guards().isEmpty()) {
      text.append("\nguards\n");
      outline.guards().forEach(guard -> line(text, "  ", Plain.line(guard)));
    }
    List<String> handOver = HandOverText.planned(outline.handOver());
    if (!handOver.isEmpty()) {
      text.append("\nhand-over\n");
      handOver.forEach(line -> line(text, "  ", line));
    }
    List<String> undo = UndoTable.of(outline);
    if (!undo.isEmpty()) {
      text.append("\nundo\n");
      undo.forEach(line -> line(text, "  ", line));
    }
    return text.append('\n').append(count(outline)).append('\n').append(LEGEND).toString();
  }

  private static String head(Outline outline, String digest) {
    StringBuilder text = new StringBuilder(BANNER).append("\n\n");
    text.append(Plain.line(outline.runbook())).append(" on ").append(Words.target(outline));
    text.append('\n');
    fact(text, "server", outline.fingerprint().server());
    fact(text, "database", outline.fingerprint().database());
    fact(text, "digest", digest);
    outline.unseen().forEach(line -> line(text, "  ", Plain.line(line)));
    return text.toString();
  }

  /**
   * Such as {@code Plan: 12 checks, 1 to make, 2 to change, 1 not undoable, 1 asked of people}:
   * each step is counted once, so what cannot be undone is not among what is to change.
   */
  public static String count(Outline outline) {
    long checks = with(outline, "=");
    return "Plan: "
        + checks
        + (checks == 1 ? " check, " : " checks, ")
        + with(outline, "+")
        + " to make, "
        + with(outline, "~")
        + " to change, "
        + with(outline, "!")
        + " not undoable, "
        + with(outline, "?")
        + " asked of people";
  }

  private static long with(Outline outline, String symbol) {
    return outline.steps().stream().filter(step -> step.symbol().equals(symbol)).count();
  }

  private static void step(StringBuilder text, StepLine step) {
    line(
        text,
        "  ",
        Plain.line(step.symbol())
            + " "
            + Plain.line(step.name())
            + "  ["
            + step.effectClass()
            + "]");
    statements(text, "      ", step.preview());
    if (!step.undo().isEmpty()) {
      line(text, "      ", Plain.line(HowUndone.planned(step)));
      statements(text, "        ", step.undoPreview());
    }
  }

  private static void statements(StringBuilder text, String indent, List<String> statements) {
    statements.forEach(
        statement -> Plain.lines(statement).forEach(line -> line(text, indent, line)));
  }

  private static void line(StringBuilder text, String indent, String line) {
    text.append((indent + line).stripTrailing()).append('\n');
  }

  private static void fact(StringBuilder text, String name, String value) {
    line(text, "  ", Words.format("%-9s %s", name, Plain.line(value)));
  }
}
