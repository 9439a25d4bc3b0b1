package dev.gatehouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real kill -9 of a child process, at points between any two durable actions. */
class CrashDrillTest {
  @TempDir Path directory = Path.of("");

  @ParameterizedTest
  @EnumSource
  void a_run_killed_at_a_sample_of_its_points_ends_as_if_nothing_had_happened(
      CrashScenario scenario) throws Exception {
    check(scenario, 1, 16);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("nightly")
  void a_run_killed_at_any_point_ends_as_if_nothing_had_happened(CrashScenario scenario)
      throws Exception {
    check(scenario, 4, 1);
  }

  private void check(CrashScenario scenario, int rounds, int stride) throws Exception {
    long begun = System.nanoTime();
    CrashDrill drill = CrashDrill.run(scenario, directory, rounds, stride);
    System.out.println(drill + ", " + (System.nanoTime() - begun) / 1_000_000_000 + " s");
    assertThat(drill.violations()).isEmpty();
    assertThat(drill.names()).isGreaterThanOrEqualTo(60);
  }
}
