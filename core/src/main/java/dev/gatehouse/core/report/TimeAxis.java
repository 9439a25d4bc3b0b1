package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.Timeline.Mark;
import java.time.Duration;
import java.time.Instant;

/** The time of a run to scale, from left to right, with what concerned all of it. */
final class TimeAxis {
  static final int LEFT = 200;
  static final int WIDTH = 740;
  static final int TOP = 34;
  private static final int TICKS = 4;

  /** What stands closer together could not be read. */
  private static final int LABEL = 80;

  private final RunRecord run;
  private final long millis;

  TimeAxis(RunRecord run) {
    this.run = run;
    this.millis = Math.max(1, Duration.between(run.opened(), run.last()).toMillis());
  }

  double x(Instant at) {
    return LEFT + (double) WIDTH * Duration.between(run.opened(), at).toMillis() / millis;
  }

  void write(Markup out, int height) {
    for (int tick = 0; tick <= TICKS; tick++) {
      double x = LEFT + (double) WIDTH * tick / TICKS;
      String anchor = tick == 0 ? "start" : tick == TICKS ? "end" : "middle";
      String elapsed = Words.elapsed(Duration.ofMillis(millis * tick / TICKS));
      rule(out, x, height, "#cccccc", "none");
      label(out, tick == 0 ? "0" : "+" + elapsed, x, 26, anchor, "#555555");
    }
    double free = 0;
    for (Mark mark : run.timeline().marks()) {
      double x = x(mark.at());
      rule(out, x, height, "#b3261e", "4 3");
      if (x >= free) {
        label(out, mark.what(), x, 12, x > LEFT + WIDTH - LABEL ? "end" : "start", "#b3261e");
        free = x + LABEL;
      }
    }
  }

  private static void label(
      Markup out, String text, double x, int y, String anchor, String colour) {
    out.open("text", "x", Words.format("%.1f", x), "y", String.valueOf(y));
    out.attribute("text-anchor", anchor).attribute("fill", colour).text(text).close().line();
  }

  private static void rule(Markup out, double x, int height, String colour, String dashes) {
    String path = Words.format("M%.1f %dV%d", x, TOP - 4, height - 4);
    out.open("path", "d", path, "stroke", colour, "stroke-dasharray", dashes).close().line();
  }
}
