package dev.gatehouse.core.run;

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
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.SimulatedStorage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
