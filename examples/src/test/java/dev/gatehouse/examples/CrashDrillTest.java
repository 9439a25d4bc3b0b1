package dev.gatehouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.Sampled.Few;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real kill -9 of a child process, at points between any two durable actions. */
class CrashDrillTest {
  private static final int STRIDE = 6;
  private static final int CRASHES_OF_THE_SAMPLE = (int) Few.of(2, 3).count();

  @TempDir Path directory = Path.of("");

  @ParameterizedTest
  @EnumSource
  void a_run_killed_again_and_again_ends_as_if_nothing_had_happened(CrashScenario scenario)
      throws Exception {
    CrashDrill drill =
        CrashDrill.run(scenario, directory, 1, points -> List.of(sample(scenario, points)));
    System.out.println(drill);
    assertThat(drill.violations()).isEmpty();
  }

  private static Deque<Integer> sample(CrashScenario scenario, List<String> points) {
    int first = CrashDrill.begin(scenario, points) + 1;
    int stride = (points.size() - first) / CRASHES_OF_THE_SAMPLE;
    return CrashDrill.chained(first, points.size(), stride + 1);
  }

  /** One round with one crash a run, the others with several; what undoes only the latter. */
  @Test
  @Tag("nightly")
  void a_run_killed_at_any_point_ends_as_if_nothing_had_happened() throws Exception {
    long begun = System.nanoTime();
    int crashes = 0;
    int points = 0;
    List<String> violations = new ArrayList<>();
    for (CrashScenario scenario : CrashScenario.values()) {
      CrashDrill drill = CrashDrill.run(scenario, directory, 2, fourRounds(scenario));
      System.out.println(drill);
      drill.violations().forEach(violation -> violations.add(scenario + ": " + violation));
      assertThat(scenario.undoes() || drill.names() >= 60).as(drill.toString()).isTrue();
      crashes += drill.crashes();
      points += drill.points().size() - drill.from();
    }
    long seconds = (System.nanoTime() - begun) / 1_000_000_000;
    System.out.printf(
        "%d crashes, %d violations, %d named points, %d s%n",
        crashes, violations.size(), points, seconds);
    assertThat(violations).isEmpty();
  }

  private static Function<List<String>, List<Deque<Integer>>> fourRounds(CrashScenario scenario) {
    return points -> {
      int from = CrashDrill.begin(scenario, points);
      List<Deque<Integer>> runs = new ArrayList<>();
      List<Integer> strides = new ArrayList<>(List.of(STRIDE, STRIDE + 1, STRIDE + 3));
      if (scenario.undoes()) {
        strides.add(STRIDE + 5);
      } else {
        runs.addAll(CrashDrill.oneByOne(from, points.size()));
      }
      for (int stride : strides) {
        for (int first = from; first < from + stride; first++) {
          runs.add(CrashDrill.chained(first, points.size(), stride));
        }
      }
      return runs;
    };
  }
}
