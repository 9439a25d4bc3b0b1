package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.inSession;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.SimulatedStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  @TempDir Path journals;
  World world;

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  private Change change(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  @Test
  void a_second_runner_is_told_who_holds_the_target() {
    try (Run first = world.start(change("one"))) {
      String holder = first.journal().getFileName().toString().replace(".journal", "");
      assertThatThrownBy(() -> world.start(change("two")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("another run holds 'world'")
          .hasMessageContaining("run " + holder)
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("epoch 1");
      first.toEnd();
    }
    assertThat(world.effects()).containsExactly("one");
    assertThat(world.run(change("two")).state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void a_lease_lost_before_an_effect_prevents_it() {
    try (Run run = world.start(change("one"))) {
      world.dialect.stealLease();
      assertThatThrownBy(run::advance)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("the lease of 'world' is lost");
      assertThat(world.effects()).isEmpty();
      assertThatThrownBy(run::advance).hasMessageContaining("is lost");
    }
  }

  @Test
  void a_lease_lost_inside_the_transaction_rolls_it_back() {
    Change slow =
        transactional(
                "slow",
                working -> {
                  world.dialect.doInTransaction("slow");
                  world.dialect.stealLease();
                })
            .undoneBy(transactional("undo slow", world.dialect));
    RunRecord record = world.run(slow);
    assertThat(world.effects()).isEmpty();
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.step("slow").orElseThrow().findings())
        .extracting(finding -> finding.code())
        .containsExactly("lease.lost");
  }

  /** Who takes a lease away ends the session that holds the latch, and knows of no other. */
  @Test
  void a_lease_lost_before_the_latch_prevents_an_effect_without_a_transaction() {
    world.dialect.at =
        point -> {
          if (point.equals("latch")) {
            world.dialect.stealLease();
          }
        };
    RunRecord record = world.run(inSession("one", world.dialect).cannotBeUndone("test"));
    assertThat(world.effects()).isEmpty();
    assertThat(record.step("one").orElseThrow().findings())
        .extracting(finding -> finding.code())
        .containsExactly("lease.lost");
  }

  @Test
  void signs_of_life_are_given_while_an_effect_or_a_check_is_under_way_and_not_while_it_hangs() {
    AtomicInteger elsewhere = new AtomicInteger();
    world.runner =
        world.runner.withPoints(
            point -> {
              if (point.equals("one:lease.verified")) {
                int before = world.dialect.beats.get();
                sleep(2_500);
                elsewhere.set(world.dialect.beats.get() - before);
              }
            });
    AtomicInteger inEffect = new AtomicInteger();
    AtomicInteger inCheck = new AtomicInteger();
    Change slow = transactional("one", working -> inEffect.set(nextBeat())).cannotBeUndone("test");
    world.run(
        check(
            "look",
            reading -> {
              inCheck.set(nextBeat());
              return Outcome.passed(reading.evidence());
            }),
        slow);
    assertThat(elsewhere).hasValue(0);
    assertThat(inEffect).hasPositiveValue();
    assertThat(inCheck).hasPositiveValue();
  }

  /** None where it does not come in time. */
  private int nextBeat() {
    int before = world.dialect.beats.get();
    long begun = System.nanoTime();
    while (world.dialect.beats.get() == before && System.nanoTime() - begun < 5_000_000_000L) {
      sleep(50);
    }
    return world.dialect.beats.get() - before;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void an_effect_outside_of_the_target_is_interrupted_when_the_lease_is_lost() {
    Change slow =
        external(
                "slow",
                working -> {
                  world.dialect.stealLease();
                  Thread.sleep(60_000);
                },
                key -> ProbeResult.Kind.NOT_APPLIED)
            .cannotBeUndone("test");
    assertThat(world.run(slow).state()).isEqualTo(RunState.PAUSED);
  }

  @Test
  void whoever_was_replaced_is_journaled() throws Exception {
    try (Run first = world.start(change("one"))) {
      Runner patient = world.runner.takingOverAfter(Duration.ofSeconds(3));
      try (Run second =
          patient.start(Plan.of(World.runbook(change("two")), world.dialect.target()))) {
        assertThat(Files.readString(second.journal()))
            .contains("\"replaced\":\"run " + first.record().run());
        assertThat(second.record().remarks())
            .extracting(remark -> remark.text())
            .anyMatch(text -> text.startsWith("took over from run " + first.record().run()));
        assertThat(second.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      }
      assertThatThrownBy(first::advance).hasMessageContaining("is lost");
    }
    assertThat(world.effects()).containsExactly("two");
  }

  @Test
  void who_may_be_silent_for_less_than_three_seconds_is_not_alive_at_all() {
    assertThatThrownBy(() -> world.runner.takingOverAfter(Duration.ofMillis(2_999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit is PT2.999S: a living runner may be silent for PT3S");
  }

  @Test
  void nothing_is_undone_without_the_lease_but_by_the_next_who_holds_it() {
    Change slow =
        transactional("slow", working -> world.dialect.stealLease()).cannotBeUndone("test");
    Run run = world.start(change("one"), slow);
    assertThatThrownBy(run::advance).hasMessageContaining("is lost");
    assertThat(world.effects()).containsExactly("one");
    run.close();
    try (Run next = world.resume(run.journal(), change("one"), slow)) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("one", "undo one");
    }
  }

  @Test
  void the_epoch_grows_with_every_runner_and_is_on_every_record() {
    List<Entry> entries = new ArrayList<>();
    world.runner =
        world.runner.withListener(
            new RunListener() {
              @Override
              public void recorded(Entry entry, RunRecord run) {
                entries.add(entry);
              }
            });
    Run first = world.start(change("one"));
    first.close();
    Run second = world.resume(first.journal(), change("one"));
    second.close();
    try (Run third = world.resume(first.journal(), change("one"))) {
      third.toEnd();
    }
    assertThat(entries)
        .extracting(entry -> entry.type() + " " + entry.epoch())
        .containsExactly(
            "LEASED 1",
            "LEASED 2",
            "LEASED 3",
            "INTENT 3",
            "OUTCOME 3",
            "GATE_OPENED 3",
            "CLOSED 3");
  }

  @Test
  void a_journal_that_a_later_lease_wrote_refuses_an_earlier_one() {
    try (Journal journal = Journal.create(new SimulatedStorage(), Signer.ephemeral())) {
      journal.append(Instant.EPOCH, 2, "LEASED", Map.of());
      assertThatThrownBy(() -> journal.append(Instant.EPOCH, 1, "INTENT", Map.of()))
          .hasMessageContaining("another runner has taken over this run");
    }
  }

  @Test
  void the_same_run_is_not_resumed_twice_at_once() {
    Run run = world.start(change("one"));
    assertThatThrownBy(() -> world.resume(run.journal(), change("one")))
        .hasMessageContaining("somebody else has the journal open");
    run.close();
  }

  @Test
  void a_refused_start_gives_everything_back() {
    Run run = world.start(change("one"));
    assertThatThrownBy(() -> world.start(change("two"))).isInstanceOf(Refusal.class);
    run.close();
    assertThatThrownBy(() -> world.resume(run.journal(), change("two")))
        .isInstanceOf(Refusal.class);
    try (Run again = world.resume(run.journal(), change("one"))) {
      assertThat(again.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
  }
}
