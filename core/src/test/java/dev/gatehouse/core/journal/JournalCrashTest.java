package dev.gatehouse.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.CrashSchedule.Tally;
import dev.gatehouse.core.testkit.Sampled.Few;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class JournalCrashTest {

  @Test
  void in_lives_with_power_losses_nothing_forced_is_lost_and_nothing_is_there_twice() {
    requireNothingLost(0, 100 * (int) Few.of(7, 20).count());
  }

  @Test
  @Tag("nightly")
  void in_118_000_more_lives_nothing_forced_is_lost_and_nothing_is_there_twice() {
    requireNothingLost(2_000, 118_000);
  }

  private static void requireNothingLost(long seed, int lives) {
    Tally tally =
        LongStream.range(seed, seed + lives)
            .parallel()
            .mapToObj(one -> new CrashSchedule(one).live())
            .reduce(Tally.NONE, Tally::plus);
    assertThat(tally)
        .as("lives, then: lost, twice, foreign, unlike when reopened, refused as corrupt")
        .isEqualTo(new Tally(lives, 0, 0, 0, 0, 0, tally.repaired(), tally.io()));
    assertThat(tally.repaired()).as("torn tails that were met").isGreaterThan(lives / 10);
    assertThat(tally.io()).as("lives with I/O errors").isGreaterThan(lives / 20);
  }
}
