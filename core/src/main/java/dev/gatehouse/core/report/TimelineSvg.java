package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.Timeline.Kind;
import dev.gatehouse.core.journal.Timeline.Sample;
import dev.gatehouse.core.journal.Timeline.Span;
import dev.gatehouse.core.model.Outline.GateLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When what happened, as a picture: a lane for each gate, waits hatched, the numbers a wait told as
 * lines, and what was undone in a lane below. Time is drawn to scale, waits included.
 */
final class TimelineSvg {
  private static final int LANE = 26;
  private static final int WIDTH = TimeAxis.LEFT + TimeAxis.WIDTH + 20;

  private final RunRecord run;
  private final Markup out;
  private final TimeAxis axis;

  private TimelineSvg(RunRecord run, Markup out) {
    this.run = run;
    this.out = out;
    this.axis = new TimeAxis(run);
  }

  static void write(RunRecord run, Markup out) {
    new TimelineSvg(run, out).write();
  }

  private void write() {
    List<GateLine> gates = run.outline().gates();
    List<SampleLines> lines = gates.stream().map(this::lines).toList();
    boolean undo = run.timeline().spans().stream().anyMatch(span -> span.kind() == Kind.UNDO);
    int height =
        TimeAxis.TOP
            + (gates.size() + (undo ? 1 : 0)) * LANE
            + lines.stream().mapToInt(SampleLines::height).sum()
            + 8;
    out.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + WIDTH + " " + height,
        "width",
        "100%",
        "role",
        "img",
        "font-family",
        "sans-serif",
        "font-size",
        "12");
    out.element("title", "Timeline of the run").line();
    hatch();
    int y = TimeAxis.TOP;
    for (int i = 0; i < gates.size(); i++) {
      lane(y, (i + 1) + "  " + gates.get(i).name(), i % 2 == 0, lines.get(i).height());
      gate(gates.get(i), y);
      lines.get(i).write(out, y + LANE);
      y += LANE + lines.get(i).height();
    }
    if (undo) {
      lane(y, "undo", gates.size() % 2 == 0, 0);
      int below = y;
      run.timeline().spans().stream()
          .filter(span -> span.kind() == Kind.UNDO)
          .forEach(span -> bar(span, below));
    }
    axis.write(out, height);
    out.close().line();
  }

  private SampleLines lines(GateLine gate) {
    List<Sample> told =
        run.timeline().samples().stream().filter(sample -> holds(gate, sample.step())).toList();
    return new SampleLines(told, axis);
  }

  private static boolean holds(GateLine gate, String step) {
    return gate.steps().stream().anyMatch(line -> line.name().equals(step));
  }

  private void hatch() {
    out.open("defs");
    out.open(
        "pattern",
        "id",
        "wait",
        "width",
        "6",
        "height",
        "6",
        "patternUnits",
        "userSpaceOnUse",
        "patternTransform",
        "rotate(45)");
    out.open("rect", "width", "6", "height", "6", "fill", "#fff4d6").close();
    out.open("path", "d", "M0 0V6", "stroke", "#a06a00", "stroke-width", "2").close();
    out.close().close().line();
  }

  private void lane(int y, String name, boolean shaded, int more) {
    rect(0, y, WIDTH, LANE + more, shaded ? "#f4f4f4" : "#ffffff").close();
    out.open("text", "x", "6", "y", String.valueOf(y + 17));
    out.element("title", name).text(cut(name)).close().line();
  }

  private void gate(GateLine gate, int y) {
    for (Span span : run.timeline().spans()) {
      if (span.kind() != Kind.UNDO && holds(gate, span.step())) {
        bar(span, y);
      }
    }
  }

  private void bar(Span span, int y) {
    double from = axis.x(span.from());
    double width = Math.max(2, axis.x(span.until()) - from);
    rect(from, y + 5, width, LANE - 10, colour(span));
    out.element("title", told(span)).close();
    if (bad(span)) {
      String at = Words.format("M%.1f %dl8 8m0 -8l-8 8", from + width + 3, y + 9);
      out.open("path", "d", at, "stroke", "#b3261e", "stroke-width", "2").close();
    }
    out.line();
  }

  private String told(Span span) {
    Duration took = Duration.between(span.from(), span.until());
    String word =
        switch (span.kind()) {
          case CHECK -> "asked";
          case WAIT -> "waited";
          case EFFECT -> "executed";
          case UNDO -> "undone";
        };
    String end = span.end().isEmpty() ? "" : ", " + span.end();
    String length = took.isZero() ? "" : ", " + Words.elapsed(took);
    String step = run.step(span.step()).map(StepRecord::name).orElse(span.step());
    return step + ": " + word + " " + Words.time(span.from()) + length + end;
  }

  private static boolean bad(Span span) {
    return span.end().startsWith("FAILED")
        || span.end().equals("UNDO_FAILED")
        || span.end().equals("INCONCLUSIVE");
  }

  private static String colour(Span span) {
    if (span.kind() == Kind.WAIT) {
      return "url(#wait)";
    } else if (bad(span)) {
      return "#b3261e";
    } else if (span.end().isEmpty() || span.proven()) {
      return "#6d4c9f";
    }
    return switch (span.kind()) {
      case CHECK -> "#2e7d32";
      case UNDO -> "#8a5a00";
      default -> "#1f5fa8";
    };
  }

  private Markup rect(double x, int y, double width, int height, String fill) {
    List<String> attributes = new ArrayList<>();
    attributes.addAll(List.of("x", number(x), "y", String.valueOf(y), "width", number(width)));
    attributes.addAll(List.of("height", String.valueOf(height), "fill", fill));
    return out.open("rect", attributes.toArray(String[]::new));
  }

  private static String number(double value) {
    return Words.format("%.1f", value);
  }

  /** The whole name stands in the title and beside the steps. */
  private static String cut(String name) {
    String line = Plain.line(name);
    return line.codePointCount(0, line.length()) <= 26
        ? line
        : line.substring(0, line.offsetByCodePoints(0, 25)) + "\u2026";
  }
}
