package dev.gatehouse.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random lives of random runbooks: nothing lost, nothing done twice, nothing without an intent. */
class CrashScheduleTest {

  private static final int LIVES = 20;

  private static void live(long from, long to) {
    List<CrashSchedule.Result> results = new ArrayList<>();
    for (long shape = from / LIVES; shape < to / LIVES; shape++) {
      CrashSchedule schedule = new CrashSchedule(shape);
      for (long seed = shape * LIVES; seed < (shape + 1) * LIVES; seed++) {
        results.add(schedule.live(seed));
      }
    }

    assertThat(results.stream().flatMap(result -> result.wrong().stream()).limit(10)).isEmpty();
    assertThat(results.stream().mapToInt(CrashSchedule.Result::deaths).sum())
        .isGreaterThan((int) (to - from));
    assertThat(results.stream().mapToInt(CrashSchedule.Result::effects).sum())
        .isGreaterThan((int) (to - from));
  }

  @Test
  void three_thousand_schedules_lose_nothing_and_do_nothing_twice() {
    live(0, 3_000);
  }

  @Test
  @Tag("nightly")
  void more_than_a_hundred_thousand_schedules_do_neither() {
    live(3_000, 120_000);
  }
}
