package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.journal.Timeline.Kind;
import dev.gatehouse.core.journal.Timeline.Span;
import dev.gatehouse.core.model.Outline.GateLine;
import java.time.Duration;
import java.util.List;

/**
 * When what happened, as a Mermaid Gantt in a Markdown fence. Its labels begin with a number and
 * hold letters, digits and a few marks; all else is a visible escape, so that no name is a keyword,
 * a comment, a directive or the end of the fence. The exact names stand in the list beside it.
 */
final class Gantt {
  /** Renderers draw nothing at all beyond 50,000 characters. */
  private static final int LONGEST = 40_000;

  private static final int LABEL = 60;
  private static final int SECTION = 24;
  private static final String MARKS = " _-.,'()\\";

  private final RunRecord run;
  private final StringBuilder text = new StringBuilder();
  private int left;

  private Gantt(RunRecord run) {
    this.run = run;
  }

  static String of(RunRecord run) {
    return new Gantt(run).text();
  }

  private String text() {
    boolean days = Duration.between(run.opened(), run.last()).toHours() >= 24;
    text.append("```mermaid\ngantt\n  dateFormat x\n  axisFormat ");
    text.append(days ? "%m-%d %H:%M\n" : "%H:%M:%S\n");
    int gate = 0;
    for (GateLine line : run.outline().gates()) {
      section(++gate + " " + line.name());
      int step = 0;
      for (var planned : line.steps()) {
        String label = gate + "." + ++step + " " + planned.name();
        spans(planned.name()).stream()
            .filter(span -> span.kind() != Kind.UNDO)
            .forEach(span -> task(label, span));
      }
    }
    if (run.timeline().spans().stream().anyMatch(span -> span.kind() == Kind.UNDO)) {
      section("undo");
      run.timeline().spans().stream()
          .filter(span -> span.kind() == Kind.UNDO)
          .forEach(span -> task("undo of " + span.step(), span));
    }
    text.append("```\n\nIts axis is in the time zone of its reader; times elsewhere are UTC.");
    text.append(left > 0 ? " " + left + " more are not drawn.\n" : "\n");
    return text.toString();
  }

  private List<Span> spans(String step) {
    return run.timeline().spans().stream().filter(span -> span.step().equals(step)).toList();
  }

  private void section(String name) {
    if (text.length() < LONGEST) {
      text.append("  section ").append(label(name, SECTION)).append('\n');
    }
  }

  private void task(String label, Span span) {
    if (text.length() >= LONGEST) {
      left++;
      return;
    }
    long from = span.from().toEpochMilli();
    long until = Math.max(from + 1, span.until().toEpochMilli());
    text.append("  ").append(label(label, LABEL)).append(" :").append(tag(span));
    text.append(", ").append(from).append(", ").append(until).append('\n');
  }

  private static String tag(Span span) {
    boolean bad = !span.end().isEmpty() && span.kind() != Kind.WAIT && !good(span.end());
    String kind = span.kind() == Kind.WAIT ? "active" : "done";
    return span.kind() == Kind.CHECK ? "milestone, " + (bad ? "crit" : kind) : bad ? "crit" : kind;
  }

  private static boolean good(String end) {
    StepState state = StepState.valueOf(end);
    return state.done() || state == StepState.UNDONE || state == StepState.PENDING;
  }

  private static String label(String name, int most) {
    StringBuilder label = new StringBuilder();
    int count = 0;
    for (int c : Plain.line(name).codePoints().toArray()) {
      if (++count > most) {
        return label.append('\u2026').toString();
      }
      if (Character.isLetterOrDigit(c) || MARKS.indexOf(c) >= 0) {
        label.appendCodePoint(c);
      } else {
        label.append(Plain.escape(c));
      }
    }
    return label.toString();
  }
}
