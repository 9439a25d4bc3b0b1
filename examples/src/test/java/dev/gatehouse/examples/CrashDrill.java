package dev.gatehouse.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Crashes a scenario at its points, in two lanes at a time, and tells what came of it. */
record CrashDrill(
    CrashScenario scenario, List<String> points, int crashes, List<String> violations) {
  private static final int LANES = 2;

  /**
   * Crashes it.
   *
   * @param rounds how often at each point
   * @param stride 1 for each point, 6 for every sixth
   */
  static CrashDrill run(CrashScenario scenario, Path directory, int rounds, int stride)
      throws Exception {
    List<CrashLane> lanes = new ArrayList<>();
    try {
      for (int i = 0; i < LANES; i++) {
        Path place = Files.createDirectory(directory.resolve(scenario + "-" + i));
        lanes.add(CrashLane.open(scenario, place));
      }
      List<String> points = lanes.get(0).points();
      Queue<Integer> todo = new ConcurrentLinkedQueue<>();
      for (int round = 0; round < rounds; round++) {
        // Rounds of a sample begin at different points, so that four of them see more than one.
        for (int point = 1 + round % stride; point <= points.size(); point += stride) {
          todo.add(point);
        }
      }
      int crashes = todo.size();
      Queue<String> violations = new ConcurrentLinkedQueue<>();
      for (String difference : lanes.get(0).expected().differences(lanes.get(1).expected())) {
        violations.add("two uninterrupted runs differ: " + difference);
      }
      crash(lanes, todo, violations);
      return new CrashDrill(scenario, points, crashes, List.copyOf(violations));
    } finally {
      for (CrashLane lane : lanes) {
        lane.close();
      }
    }
  }

  private static void crash(List<CrashLane> lanes, Queue<Integer> todo, Queue<String> violations)
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

  private static void crash(CrashLane lane, Queue<Integer> todo, Queue<String> violations)
      throws Exception {
    Integer point = todo.poll();
    while (point != null) {
      for (String violation : lane.crashAt(point)) {
        violations.add(point + ". " + lane.points().get(point - 1) + ": " + violation);
      }
      point = todo.poll();
    }
  }

  int names() {
    return new HashSet<>(points).size();
  }

  @Override
  public String toString() {
    return scenario
        + ": "
        + crashes
        + " crashes, "
        + violations.size()
        + " violations, "
        + points.size()
        + " points with "
        + names()
        + " names";
  }
}
