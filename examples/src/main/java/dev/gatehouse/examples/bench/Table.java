package dev.gatehouse.examples.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Figures of all rounds; medians, and ratios of pairs that were measured side by side. */
final class Table {
  private static final String LINE = "%-72s %10s %10s %-24s %-8s %s%n";

  /** Two durations in seconds that were measured side by side. */
  record Pair(double ours, double peer) {}

  /** One row: a figure of ours, and where there is one the peer's from the same round. */
  private static final class Row {
    private final String unit;
    private final OptionalDouble goal;
    private final boolean paired;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> peers = new ArrayList<>();

    Row(String unit, OptionalDouble goal, boolean paired) {
      this.unit = unit;
      this.goal = goal;
      this.paired = paired;
    }

    /** What the goal is set against. */
    List<Double> judged() {
      List<Double> judged = new ArrayList<>();
      for (int i = 0; i < ours.size() && paired; i++) {
        judged.add(ours.get(i) / peers.get(i));
      }
      return paired ? judged : ours;
    }

    String met() {
      return goal.isEmpty() ? "" : median(judged()) <= goal.getAsDouble() ? "yes" : "NO";
    }
  }

  private final Map<String, Row> rows = new LinkedHashMap<>();

  /** A ratio, at most the goal. */
  void pair(String what, Pair pair, double goal) {
    add(what, pair, OptionalDouble.of(goal));
  }

  /** A ratio for scale, without a goal. */
  void pair(String what, Pair pair) {
    add(what, pair, OptionalDouble.empty());
  }

  private void add(String what, Pair pair, OptionalDouble goal) {
    Row row = rows.computeIfAbsent(what, same -> new Row("s", goal, true));
    row.ours.add(pair.ours());
    row.peers.add(pair.peer());
  }

  /** A figure of ours, at most the goal. */
  void figure(String what, String unit, double ours, double goal) {
    rows.computeIfAbsent(what, same -> new Row(unit, OptionalDouble.of(goal), false))
        .ours
        .add(ours);
  }

  /** A figure of ours for scale, without a goal. */
  void figure(String what, String unit, double ours) {
    rows.computeIfAbsent(what, same -> new Row(unit, OptionalDouble.empty(), false)).ours.add(ours);
  }

  void print(PrintStream out) {
    out.printf(LINE, "what", "ours", "peer", "ratio, median [min..max]", "goal", "met");
    rows.forEach(
        (what, row) ->
            out.printf(
                LINE,
                what,
                figure(median(row.ours), row.unit),
                row.paired ? figure(median(row.peers), row.unit) : "-",
                row.paired ? ratios(row.judged()) : "-",
                row.goal.isPresent()
                    ? "<= " + (row.paired ? two(row.goal.getAsDouble()) : whole(row))
                    : "-",
                row.met()));
  }

  private static String whole(Row row) {
    return String.format(Locale.ROOT, "%.0f", row.goal.orElseThrow());
  }

  private static String ratios(List<Double> ratios) {
    double least = ratios.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double most = ratios.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return two(median(ratios)) + " [" + two(least) + ".." + two(most) + "]";
  }

  private static String figure(double value, String unit) {
    String digits = value >= 100 ? "%.0f" : value >= 0.1 ? "%.2f" : "%.5f";
    return String.format(Locale.ROOT, digits, value) + " " + unit;
  }

  private static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
