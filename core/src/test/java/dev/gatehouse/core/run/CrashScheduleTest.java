package dev.gatehouse.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.Sampled.Few;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random lives of random runbooks: nothing lost, nothing done twice, nothing without an intent. */
class CrashScheduleTest {

  private static final int LIVES = 20;

  private static List<CrashSchedule.Result> lives(long shape) {
    CrashSchedule schedule = new CrashSchedule(shape);
    return LongStream.range(shape * LIVES, (shape + 1) * LIVES).mapToObj(schedule::live).toList();
  }

  private static void live(long from, long to) {
    List<CrashSchedule.Result> results =
        LongStream.range(from / LIVES, to / LIVES)
            .parallel()
            .mapToObj(CrashScheduleTest::lives)
            .flatMap(List::stream)
            .toList();

    assertThat(results.stream().flatMap(result -> result.wrong().stream()).limit(10)).isEmpty();
    assertThat(results.stream().mapToInt(CrashSchedule.Result::deaths).sum())
        .isGreaterThan((int) (to - from));
    assertThat(results.stream().mapToInt(CrashSchedule.Result::effects).sum())
        .isGreaterThan((int) (to - from));
  }

  @Test
  void schedules_lose_nothing_and_do_nothing_twice() {
    live(0, 20 * Few.of(15, 50).count());
  }

  @Test
  @Tag("nightly")
  void more_than_a_hundred_thousand_more_do_neither() {
    live(1_000, 120_000);
  }
}
