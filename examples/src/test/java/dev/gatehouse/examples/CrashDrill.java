package dev.gatehouse.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Crashes a scenario at its points, in lanes beside each other, and tells what came of it. */
record CrashDrill(
    CrashScenario scenario, List<String> points, int from, int crashes, List<String> violations) {

  /** Every point once, each in a run of its own that is then resumed to its end. */
  static List<Deque<Integer>> oneByOne(int from, int points) {
    List<Deque<Integer>> runs = new ArrayList<>();
    for (int point = from; point < points; point++) {
      runs.add(new ArrayDeque<>(List.of(point)));
    }
    return runs;
  }

  /** Points so far apart in the same run, which is crashed, resumed and crashed again. */
  static Deque<Integer> chained(int first, int points, int stride) {
    Deque<Integer> run = new ArrayDeque<>();
    for (int point = first; point < points; point += stride) {
      run.add(point);
    }
    return run;
  }

  /**
   * Crashes it.
   *
   * @param plan from all points to the runs that are crashed at some of them
   */
  static CrashDrill run(
      CrashScenario scenario,
      Path directory,
      int count,
      Function<List<String>, List<Deque<Integer>>> plan)
      throws Exception {
    List<CrashLane> lanes = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        Path place = Files.createDirectory(directory.resolve(scenario + "-" + i));
        lanes.add(CrashLane.open(scenario, place));
      }
      List<String> points = lanes.get(0).points();
      Queue<String> violations = new ConcurrentLinkedQueue<>();
      for (CrashLane lane : lanes) {
        for (String difference : lanes.get(0).expected().differences(lane.expected())) {
          violations.add("two uninterrupted runs differ: " + difference);
        }
      }
      Queue<Deque<Integer>> todo = new ConcurrentLinkedQueue<>(plan.apply(points));
      int crashes = todo.stream().mapToInt(Deque::size).sum();
      crash(lanes, todo, violations);
      return new CrashDrill(
          scenario, points, begin(scenario, points), crashes, List.copyOf(violations));
    } finally {
      for (CrashLane lane : lanes) {
        lane.close();
      }
    }
  }

  /** Where a scenario begins to be another than the one it shares its beginning with. */
  static int begin(CrashScenario scenario, List<String> points) {
    return scenario.undoes() ? points.indexOf(":stopping.written") : 0;
  }

  private static void crash(
      List<CrashLane> lanes, Queue<Deque<Integer>> todo, Queue<String> violations)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(lanes.size());
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (CrashLane lane : lanes) {
        ends.add(
            threads.submit(
                () -> {
                  crash(lane, todo, violations);
                  return true;
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void crash(CrashLane lane, Queue<Deque<Integer>> todo, Queue<String> violations)
      throws Exception {
    Deque<Integer> run = todo.poll();
    while (run != null) {
      while (!run.isEmpty()) {
        violations.addAll(lane.crashAt(run));
      }
      run = todo.poll();
    }
  }

  /** Different names among the points that were crashed at. */
  int names() {
    return new HashSet<>(points.subList(from, points.size())).size();
  }

  @Override
  public String toString() {
    return "%s: %d crashes, %d violations, %d points (%d names)"
        .formatted(scenario, crashes, violations.size(), points.size() - from, names());
  }
}
