package dev.gatehouse.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PollTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final Poll poll = Poll.every(Duration.ofMillis(1));
  private final AtomicInteger tries = new AtomicInteger();

  @Test
  void tries_until_it_succeeds() throws Exception {
    assertThat(poll.until(LONG, () -> tries.incrementAndGet() == 3)).isTrue();
    assertThat(tries).hasValue(3);
  }

  @Test
  void without_patience_there_is_one_try() throws Exception {
    assertThat(poll.until(Duration.ZERO, () -> tries.incrementAndGet() == 2)).isFalse();
    assertThat(poll.until(Duration.ZERO, () -> tries.incrementAndGet() == 2)).isTrue();
    assertThat(tries).hasValue(2);
  }

  @Test
  void gives_up_when_its_patience_has_ended() throws Exception {
    long begun = System.nanoTime();
    assertThat(poll.until(Duration.ofMillis(50), () -> tries.incrementAndGet() < 0)).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(50), Duration.ofSeconds(5));
    assertThat(tries).hasValueGreaterThan(1);
  }

  @Test
  void what_was_seen_last_comes_back_enough_or_not() throws Exception {
    assertThat(poll.until(LONG, tries::incrementAndGet, seen -> seen == 4)).isEqualTo(4);
    assertThat(poll.until(Duration.ZERO, tries::incrementAndGet, seen -> false)).isEqualTo(5);
  }

  @Test
  void a_failed_look_ends_the_wait() {
    assertThatThrownBy(
            () ->
                poll.until(
                    LONG,
                    () -> {
                      throw new SQLException("gone", "08006");
                    }))
        .isInstanceOf(SQLException.class)
        .hasMessage("gone");
  }

  @Test
  void an_interrupt_ends_the_wait_and_stays_set() throws Exception {
    Thread.currentThread().interrupt();
    boolean succeeded = poll.until(LONG, () -> tries.incrementAndGet() < 0);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(succeeded).isFalse();
    assertThat(tries).hasValue(1);
  }

  @Test
  void an_interrupt_does_not_hide_a_success() throws Exception {
    Thread.currentThread().interrupt();
    boolean succeeded = poll.until(LONG, () -> true);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(succeeded).isTrue();
  }
}
