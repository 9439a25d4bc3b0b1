package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.Sampled.Few;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One holder of a target at a time, and everybody can know who. */
public interface LeaseFacet extends Facet {

  @Test
  default void a_second_holder_is_refused_and_told_holder_since_and_epoch() throws Exception {
    try (Lease first = concurrency().lease(target(), "run 1 on alpha")) {
      assertThatThrownBy(() -> concurrency().lease(target(), "run 2 on beta").close())
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("run 1 on alpha")
          .hasMessageContaining("epoch " + first.epoch())
          .hasMessageFindingMatch("\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}");
      first.verify();
    }
  }

  @Test
  default void leases_of_two_databases_do_not_meet() throws Exception {
    try (Lease here = concurrency().lease(target(), "here");
        Lease there = concurrency().lease(subject().another(), "there")) {
      here.verify();
      there.verify();
    }
  }

  @Test
  default void each_holder_has_a_higher_epoch_than_any_before() throws Exception {
    long last = 0;
    for (int i = 0; i < 5; i++) {
      try (Lease lease = concurrency().lease(target(), "run " + i)) {
        assertThat(lease.epoch()).isGreaterThan(last);
        last = lease.epoch();
      }
    }
  }

  @Test
  default void who_only_reads_sees_how_many_there_were_and_whether_one_is_held() throws Exception {
    try (Connection reading = target().dialect().openReading(target())) {
      Concurrency.Past before = concurrency().past(reading);
      assertThat(before.held()).isFalse();
      try (Lease lease = concurrency().lease(target(), "run 1");
          Connection during = target().dialect().openReading(target())) {
        Concurrency.Past seen = concurrency().past(during);
        assertThat(seen.held()).isTrue();
        assertThat(seen.epoch()).isEqualTo(lease.epoch()).isEqualTo(before.epoch() + 1);
        lease.verify();
      }
    }
    try (Connection reading = target().dialect().openReading(target())) {
      assertThat(concurrency().past(reading).held()).isFalse();
    }
  }

  @Test
  default void a_closed_lease_is_free_at_once_and_does_not_verify() throws Exception {
    Lease first = concurrency().lease(target(), "run 1");
    first.verify();
    first.close();
    try (Lease second = concurrency().lease(target(), "run 2")) {
      assertThatThrownBy(first::verify).isInstanceOf(Refusal.class);
      first.close();
      second.verify();
      assertThatThrownBy(() -> concurrency().lease(target(), "run 3").close())
          .isInstanceOf(Refusal.class);
    }
  }

  @Test
  default void a_lost_lease_is_noticed_and_the_next_epoch_is_higher() throws Exception {
    try (Lease lost = concurrency().lease(target(), "run 1")) {
      lost.verify();
      subject().loseLease(target(), lost);
      assertThatThrownBy(lost::verify).isInstanceOf(Refusal.class);
      try (Lease next = concurrency().lease(target(), "run 2")) {
        assertThat(next.epoch()).isGreaterThan(lost.epoch());
        next.verify();
        assertThatThrownBy(lost::verify).isInstanceOf(Refusal.class);
      }
    }
  }

  @Test
  default void of_two_who_race_exactly_one_wins() throws Exception {
    for (int round : Few.of(2, 5).toArray()) {
      AtomicInteger winners = new AtomicInteger();
      CyclicBarrier start = new CyclicBarrier(2);
      CountDownLatch bothTried = new CountDownLatch(2);
      List<Beside> racers = new ArrayList<>();
      for (int racer = 0; racer < 2; racer++) {
        String name = "racer " + racer;
        racers.add(Beside.start(() -> race(name, start, winners, bothTried)));
      }
      for (Beside racer : racers) {
        assertThat(racer.end("a racer", Duration.ofSeconds(30))).isEmpty();
      }
      assertThat(winners).as("winners of round %d", round).hasValue(1);
    }
  }

  @Test
  default void a_holder_that_gives_signs_of_life_is_not_replaced() throws Exception {
    try (Lease first = concurrency().lease(target(), "run 1 on alpha")) {
      AtomicBoolean over = new AtomicBoolean();
      Beside alive =
          Beside.start(
              () -> {
                while (!over.get()) {
                  assertThat(first.beat()).isTrue();
                  Thread.sleep(250);
                }
              });
      assertThatThrownBy(() -> concurrency().lease(target(), "run 2", Duration.ofMinutes(5)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(subject().replacesHolders() ? "run 1 on alpha" : "takingOverAfter");
      over.set(true);
      assertThat(alive.end("the signs of life", Duration.ofSeconds(30))).isEmpty();
      first.verify();
    }
  }

  @Test
  default void a_holder_that_gives_none_is_replaced_and_can_prove_no_lease_any_more()
      throws Exception {
    if (!subject().replacesHolders()) {
      return;
    }
    try (Lease first = concurrency().lease(target(), "run 1 on alpha");
        Lease second = concurrency().lease(target(), "run 2", Duration.ofMillis(500))) {
      assertThat(second.epoch()).isGreaterThan(first.epoch());
      assertThat(second.replaced().orElseThrow()).contains("run 1 on alpha");
      assertThatThrownBy(first::verify).isInstanceOf(Refusal.class);
      assertThat(first.beat()).isFalse();
      second.verify();
    }
  }

  private void race(
      String name, CyclicBarrier start, AtomicInteger winners, CountDownLatch bothTried)
      throws Exception {
    start.await();
    try (Lease lease = concurrency().lease(target(), name)) {
      winners.incrementAndGet();
      bothTried.countDown();
      bothTried.await();
      lease.verify();
    } catch (Refusal loser) {
      bothTried.countDown();
    }
  }
}
