package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.finding;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Guard.Reaction;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GuardTest {
  private enum Health {
    GOOD,
    BAD,
    SILENT
  }

  @TempDir Path journals;
  World world;
  volatile Health health = Health.GOOD;

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  private Guard guard() {
    Check errors =
        check(
            "errors",
            reading ->
                switch (health) {
                  case GOOD -> Outcome.passed(reading.evidence());
                  case BAD -> Outcome.failed(finding("errors"), reading.evidence());
                  case SILENT -> Outcome.inconclusive(finding("silence"));
                });
    return Guard.of(errors, Duration.ofSeconds(10));
  }

  /** Waits ten times, a minute each, with a change before and one after. */
  private Step[] steps() {
    Instant until = world.clock.instant().plus(Duration.ofMinutes(10));
    return new Step[] {
      change("one"),
      check(
          "soak",
          reading ->
              reading.now().isBefore(until)
                  ? Outcome.waiting(until, "soaking")
                  : Outcome.passed(reading.evidence())),
      change("two")
    };
  }

  private Change change(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  private Runbook guarded(Guard guard, Step... steps) {
    return World.runbook(steps).guardedBy(guard);
  }

  private static List<String> reactions(Run run) {
    return run.record().trippedGuards().values().stream().map(RunRecord.Guarded::reaction).toList();
  }

  private Tick after(Run run, int seconds, Health next) {
    world.clock.advance(Duration.ofSeconds(seconds));
    health = next;
    return run.advance();
  }

  /** Counts how often it was asked, from its first sample on; its original is not asked. */
  private record Counting(AtomicInteger runs, AtomicInteger asked) implements Check {
    @Override
    public String name() {
      return "counting";
    }

    @Override
    public List<String> plan(CheckContext reading) {
      return List.of("count");
    }

    @Override
    public Outcome evaluate(CheckContext reading) {
      return asked.incrementAndGet() <= 3
          ? Outcome.passed(reading.evidence())
          : Outcome.failed(finding("counting"), reading.evidence());
    }

    @Override
    public Check watching() {
      runs.incrementAndGet();
      return new Counting(runs, new AtomicInteger());
    }
  }

  @Test
  void a_guard_keeps_what_its_check_remembers_for_the_length_of_a_run_and_no_longer() {
    Counting counting = new Counting(new AtomicInteger(), new AtomicInteger());
    Runbook runbook = guarded(Guard.of(counting, Duration.ofSeconds(10)), steps());
    for (int runs = 1; runs <= 2; runs++) {
      try (Run run = world.start(runbook)) {
        run.advance();
        after(run, 10, Health.GOOD);
        assertThat(after(run, 10, Health.GOOD)).isInstanceOf(Tick.WakeAt.class);
        assertThat(after(run, 10, Health.GOOD)).isInstanceOf(Tick.Done.class);
        assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
      }
      assertThat(counting.runs()).hasValue(runs);
    }
    assertThat(counting.asked()).as("the runbook's own check").hasValue(0);
  }

  @Test
  void a_failing_guard_aborts_and_undoes_while_a_gate_waits() {
    try (Run run = world.start(guarded(guard(), steps()))) {
      Instant begun = world.clock.instant();
      assertThat(run.advance()).isEqualTo(new Tick.WakeAt(begun.plusSeconds(10), "soaking"));
      assertThat(after(run, 10, Health.BAD)).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("one", "undo one");
      assertThat(run.record().remarks())
          .extracting(RunRecord.Remark::text)
          .containsExactly(
              "guard 'errors' tripped: ABORT", "guard 'errors' ABORT: errors does not hold");
    }
  }

  @Test
  void a_guard_that_panics_undoes_nothing() {
    try (Run run = world.start(guarded(guard().onFailure(Reaction.PANIC), steps()))) {
      run.advance();
      after(run, 10, Health.BAD);
      assertThat(run.record().state()).isEqualTo(RunState.PANICKED);
      assertThat(world.effects()).containsExactly("one");
    }
  }

  @Test
  void a_guard_that_holds_starts_no_step_until_it_passes_again() {
    try (Run run = world.start(guarded(guard().onFailure(Reaction.HOLD), steps()))) {
      run.advance();
      assertThat(after(run, 600, Health.BAD)).isInstanceOf(Tick.WakeAt.class);
      assertThat(after(run, 10, Health.BAD)).isInstanceOf(Tick.WakeAt.class);
      assertThat(world.effects()).containsExactly("one");
      assertThat(after(run, 10, Health.GOOD)).isInstanceOf(Tick.Done.class);
      assertThat(world.effects()).containsExactly("one", "two");
      assertThat(run.record().trippedGuards()).isEmpty();
    }
  }

  @Test
  void a_guard_that_held_before_a_crash_lets_go_after_it() {
    Step[] steps = steps();
    Runbook runbook = guarded(guard().onFailure(Reaction.HOLD), steps);
    Run run = world.start(runbook);
    run.advance();
    after(run, 10, Health.BAD);
    run.close();
    try (Run next = world.resume(run, runbook)) {
      assertThat(next.record().trippedGuards()).containsKey("errors");
      after(next, 600, Health.GOOD);
      assertThat(next.record().trippedGuards()).isEmpty();
      assertThat(next.record().state()).isEqualTo(RunState.SUCCEEDED);
    }
  }

  @Test
  void a_stop_that_a_guard_asked_for_is_obeyed_after_a_crash_also_when_all_is_well_again() {
    Step[] steps = steps();
    Runbook runbook = guarded(guard(), steps);
    Run run = world.start(runbook);
    run.advance();
    world.runner =
        world.runner.withPoints(
            point -> {
              if (point.equals(":guarded.durable")) {
                throw new Death();
              }
            });
    run.close();
    try (Run dying = world.resume(run, runbook)) {
      assertThatThrownBy(() -> after(dying, 10, Health.BAD)).isInstanceOf(Death.class);
    }
    world.dialect.crash();
    world.runner = world.runner.withPoints(point -> {});
    try (Run next = world.resume(run, runbook)) {
      after(next, 1, Health.GOOD);
      assertThat(next.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("one", "undo one");
    }
  }

  @Test
  void a_guard_that_asks_is_confirmed_by_name() {
    try (Run run = world.start(guarded(guard().onFailure(Reaction.CONFIRM), steps()))) {
      run.advance();
      assertThatThrownBy(() -> run.confirm("errors", "ann"))
          .hasMessageContaining("guard 'errors' has not tripped");
      Tick asked = after(run, 600, Health.BAD);
      assertThat(((Tick.NeedsInput) asked).questions())
          .containsExactly(
              new Question("errors", Question.Kind.CONFIRM, "guard 'errors' tripped: go on?", ""));
      assertThat(world.effects()).containsExactly("one");
      run.confirm("errors", "ann");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(world.effects()).containsExactly("one", "two");
      assertThat(run.record().remarks())
          .extracting(RunRecord.Remark::text)
          .contains("ann confirmed to go on in spite of guard 'errors'");
    }
  }

  @Test
  void it_takes_as_many_bad_samples_in_a_row_as_it_was_told() {
    try (Run run = world.start(guarded(guard().forSamples(3), steps()))) {
      run.advance();
      after(run, 10, Health.BAD);
      after(run, 10, Health.BAD);
      after(run, 10, Health.GOOD);
      after(run, 10, Health.BAD);
      assertThat(after(run, 10, Health.BAD)).isInstanceOf(Tick.WakeAt.class);
      assertThat(after(run, 10, Health.BAD)).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
  }

  @Test
  void a_sample_that_is_not_due_is_not_taken() {
    try (Run run = world.start(guarded(guard(), steps()))) {
      run.advance();
      assertThat(after(run, 9, Health.BAD)).isInstanceOf(Tick.WakeAt.class);
      assertThat(run.record().trippedGuards()).isEmpty();
    }
  }

  @Test
  void the_first_sample_is_taken_after_the_delay() {
    Guard late = guard().startingAfter(Duration.ofMinutes(5));
    try (Run run = world.start(guarded(late, steps()))) {
      health = Health.BAD;
      assertThat(run.advance()).isInstanceOf(Tick.WakeAt.class);
      assertThat(after(run, 299, Health.BAD)).isInstanceOf(Tick.WakeAt.class);
      assertThat(after(run, 1, Health.BAD)).isInstanceOf(Tick.Done.class);
    }
  }

  @Test
  void missing_data_holds_and_a_failure_after_it_aborts() {
    try (Run run = world.start(guarded(guard(), steps()))) {
      run.advance();
      assertThat(after(run, 10, Health.SILENT)).isInstanceOf(Tick.WakeAt.class);
      assertThat(reactions(run)).containsExactly("HOLD");
      assertThat(after(run, 10, Health.BAD)).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
  }

  @Test
  void a_source_that_flaps_between_silence_and_failure_does_not_pass_for_healthy() {
    try (Run run = world.start(guarded(guard().forSamples(2), steps()))) {
      run.advance();
      after(run, 10, Health.BAD);
      after(run, 10, Health.SILENT);
      assertThat(reactions(run)).containsExactly("HOLD");
      after(run, 10, Health.BAD);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
  }

  @Test
  void a_guard_that_trips_while_an_effect_blocks_stops_it_and_the_run_undoes() {
    CountDownLatch never = new CountDownLatch(1);
    Change blocking =
        external(
                "blocking",
                working -> {
                  health = Health.BAD;
                  world.clock.advance(Duration.ofSeconds(10));
                  never.await(30, TimeUnit.SECONDS);
                },
                key -> ProbeResult.Kind.NOT_APPLIED)
            .cannotBeUndone("test");
    long began = System.nanoTime();
    try (Run run = world.start(guarded(guard(), change("one"), blocking))) {
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("one", "undo one");
      assertThat(run.record().trippedGuards()).containsKey("errors");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void a_guard_stays_live_while_a_check_blocks() {
    CountDownLatch never = new CountDownLatch(1);
    Check slow =
        check(
            "slow",
            reading -> {
              health = Health.BAD;
              world.clock.advance(Duration.ofSeconds(10));
              Blocks.on(never);
              return Outcome.passed(reading.evidence());
            });
    long began = System.nanoTime();
    try (Run run = world.start(guarded(guard(), change("one"), slow))) {
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void a_guard_that_dies_leaves_no_effect_unguarded() {
    CountDownLatch never = new CountDownLatch(1);
    boolean[] dies = {false};
    Check errors =
        check(
            "errors",
            reading -> {
              if (dies[0]) {
                throw new StackOverflowError();
              }
              return Outcome.passed(reading.evidence());
            });
    Change blocking =
        external(
                "blocking",
                working -> {
                  dies[0] = true;
                  world.clock.advance(Duration.ofSeconds(10));
                  never.await(30, TimeUnit.SECONDS);
                },
                key -> ProbeResult.Kind.NOT_APPLIED)
            .cannotBeUndone("test");
    Runbook runbook = guarded(Guard.of(errors, Duration.ofSeconds(10)), blocking);
    long began = System.nanoTime();
    try (Run run = world.start(runbook)) {
      assertThat(run.advance())
          .isEqualTo(new Tick.Paused("a guard broke: java.lang.StackOverflowError"));
      assertThat(run.record().step("blocking").orElseThrow().state()).isEqualTo(StepState.PENDING);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }
}
