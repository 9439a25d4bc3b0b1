package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.Timeline.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers that the waits of a gate told, as lines: each from its lowest to its highest. Of many
 * in one column of the picture the first, lowest, highest and last are drawn, so that no peak is
 * lost.
 */
final class SampleLines {
  private static final int HEIGHT = 46;

  /** More could not be told apart. */
  private static final int MOST = 4;

  private static final List<String> COLOURS = List.of("#1f5fa8", "#b35c00", "#2e7d32", "#6d4c9f");

  private final Map<String, List<Sample>> series = new LinkedHashMap<>();
  private final TimeAxis axis;

  SampleLines(List<Sample> samples, TimeAxis axis) {
    this.axis = axis;
    samples.forEach(
        sample ->
            series
                .computeIfAbsent(sample.step() + ": " + sample.name(), any -> new ArrayList<>())
                .add(sample));
    series.values().removeIf(line -> line.size() < 2);
  }

  int height() {
    return series.isEmpty() ? 0 : HEIGHT + 14 * Math.min(series.size(), MOST + 1);
  }

  void write(Markup out, int top) {
    int drawn = 0;
    for (Map.Entry<String, List<Sample>> one : series.entrySet()) {
      if (drawn == MOST) {
        legend(out, top, drawn, "and " + (series.size() - MOST) + " more, not drawn", "#555555");
        return;
      }
      line(out, top, drawn++, one.getKey(), one.getValue());
    }
  }

  private void line(Markup out, int top, int number, String name, List<Sample> samples) {
    double low = samples.stream().mapToDouble(Sample::value).min().orElse(0);
    double high = samples.stream().mapToDouble(Sample::value).max().orElse(0);
    double range = high > low ? high - low : 1;
    StringBuilder points = new StringBuilder();
    for (Sample sample : kept(samples)) {
      double y = top + HEIGHT - 4 - (HEIGHT - 8) * (sample.value() - low) / range;
      points.append(Words.format("%d,%.1f ", column(sample), y));
    }
    String colour = COLOURS.get(number);
    out.open("polyline", "points", points.toString().strip(), "fill", "none", "stroke", colour);
    out.element("title", name).close();
    String last = plain(samples.get(samples.size() - 1).value());
    legend(
        out,
        top,
        number,
        name
            + ": "
            + plain(low)
            + " to "
            + plain(high)
            + ", at last "
            + last
            + ", "
            + samples.size()
            + " samples",
        colour);
  }

  private void legend(Markup out, int top, int number, String text, String colour) {
    String y = String.valueOf(top + HEIGHT + 10 + 14 * number);
    out.element(
        "text",
        text,
        "x",
        String.valueOf(TimeAxis.LEFT),
        "y",
        y,
        "font-size",
        "11",
        "fill",
        colour);
    out.line();
  }

  private List<Sample> kept(List<Sample> samples) {
    List<Sample> kept = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= samples.size(); i++) {
      if (i == samples.size() || column(samples.get(i)) != column(samples.get(from))) {
        kept.addAll(corners(samples.subList(from, i)));
        from = i;
      }
    }
    return kept;
  }

  private static List<Sample> corners(List<Sample> column) {
    if (column.size() <= 4) {
      return column;
    }
    Sample low = column.get(0);
    Sample high = column.get(0);
    for (Sample sample : column) {
      low = sample.value() < low.value() ? sample : low;
      high = sample.value() > high.value() ? sample : high;
    }
    return List.of(column.get(0), low, high, column.get(column.size() - 1));
  }

  private int column(Sample sample) {
    return (int) axis.x(sample.at());
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : Words.format("%.4g", value);
  }
}
