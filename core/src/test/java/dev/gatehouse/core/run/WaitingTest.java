package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.finding;
import static dev.gatehouse.core.testkit.Steps.passing;
import static dev.gatehouse.core.testkit.Steps.standing;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitingTest {
  private static final Instant TWO = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path journals;
  World world;

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  private Check window() {
    return check(
        "window",
        reading ->
            reading.now().isBefore(TWO)
                ? Outcome.waiting(TWO, "opens at noon")
                : Outcome.passed(reading.evidence()));
  }

  private Change change(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("gatehouse"))
        .toList();
  }

  @Test
  void a_wait_parks_the_run_without_a_thread_and_goes_on_when_the_clock_gets_there() {
    // Another test of this JVM may have left one that reads the last words of a child.
    List<Thread> before = threads();
    try (Run run = world.start(window(), change("one"))) {
      assertThat(run.advance()).isEqualTo(new Tick.WakeAt(TWO, "opens at noon"));
      assertThat(run.record().state()).isEqualTo(RunState.WAITING);
      assertThat(run.record().wakeAt()).contains(TWO);
      assertThat(threads()).isSubsetOf(before);
      assertThat(world.effects()).isEmpty();

      world.clock.set(TWO.minusMillis(1));
      assertThat(run.advance()).isInstanceOf(Tick.WakeAt.class);
      world.clock.set(TWO);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(world.effects()).containsExactly("one");
    }
  }

  @Test
  void a_wait_outlives_the_process() {
    Step[] steps = {change("one"), window(), change("two")};
    Run first = world.start(steps);
    assertThat(first.advance()).isInstanceOf(Tick.WakeAt.class);
    first.close();
    world.dialect.crash();
    world.clock.advance(Duration.ofMinutes(30));

    try (Run second = world.resume(first.journal(), steps)) {
      assertThat(second.advance()).isEqualTo(new Tick.WakeAt(TWO, "opens at noon"));
      world.clock.set(TWO);
      assertThat(second.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(world.effects()).containsExactly("one", "two");
    }
  }

  @Test
  void a_wait_is_journaled_once_and_not_at_every_tick() throws IOException {
    Check moving =
        check("soak", reading -> Outcome.waiting(reading.now().plusSeconds(60), "still soaking"));
    try (Run run = world.start(moving)) {
      for (int minute = 0; minute < 100; minute++) {
        run.advance();
        world.clock.advance(Duration.ofMinutes(1));
      }
      assertThat(World.count(run.journal(), "WAITING")).isEqualTo(1);
    }
  }

  @Test
  void a_wait_that_may_end_sooner_or_for_another_reason_is_journaled_again() throws IOException {
    List<Outcome> answers =
        List.of(
            Outcome.waiting(TWO, "window"),
            Outcome.waiting(TWO.minusSeconds(60), "window"),
            Outcome.waiting(TWO.minusSeconds(60), "approval"));
    int[] asked = {0};
    try (Run run = world.start(check("wait", reading -> answers.get(asked[0]++)))) {
      answers.forEach(answer -> run.advance());
      assertThat(World.count(run.journal(), "WAITING")).isEqualTo(3);
      assertThat(run.record().wakeAt()).contains(TWO.minusSeconds(60));
    }
  }

  @Test
  void a_ramp_with_hours_of_soak_takes_milliseconds() {
    List<Step> steps = new ArrayList<>();
    for (int hour = 1; hour <= 20; hour++) {
      Instant until = world.clock.instant().plus(Duration.ofHours(hour));
      steps.add(change("raise " + hour));
      steps.add(
          check(
              "soak " + hour,
              reading ->
                  reading.now().isBefore(until)
                      ? Outcome.waiting(until, "soaking")
                      : Outcome.passed(reading.evidence())));
    }
    long began = System.nanoTime();
    try (Run run = world.start(steps.toArray(Step[]::new))) {
      Tick tick = run.advance();
      while (tick instanceof Tick.WakeAt wake) {
        world.clock.set(wake.moment());
        tick = run.advance();
      }
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThat(world.effects()).hasSize(20);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void a_standing_check_is_asked_before_each_effect_and_again_before_its_commit() {
    List<String> seen = new ArrayList<>();
    Check window =
        standing(
            "window",
            reading -> {
              seen.add("asked");
              return Outcome.passed(reading.evidence());
            });
    world.dialect.at =
        point -> {
          if (point.equals("begin") || point.equals("mark")) {
            seen.add(point);
          }
        };
    world.run(window, change("one"));

    assertThat(seen).containsExactly("asked", "asked", "begin", "asked", "mark");
  }

  @Test
  void a_standing_check_that_lapses_inside_the_transaction_rolls_it_back() {
    boolean[] open = {true};
    Check window =
        standing(
            "window",
            reading ->
                open[0]
                    ? Outcome.passed(reading.evidence())
                    : Outcome.failed(finding("window"), reading.evidence()));
    Change slow =
        transactional(
                "slow",
                working -> {
                  world.dialect.doInTransaction("slow");
                  open[0] = false;
                })
            .cannotBeUndone("test");
    var record = world.run(window, slow);

    assertThat(world.effects()).isEmpty();
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.step("slow").orElseThrow().state()).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(record.step("slow").orElseThrow().findings())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.code()).isEqualTo(finding("window").code());
              assertThat(found.headline())
                  .isEqualTo("'slow' stopped at 'window': window does not hold");
            });
  }

  @Test
  void a_standing_check_that_closed_again_holds_the_next_effect() {
    Check window =
        standing(
            "window",
            reading ->
                world.effects().size() == 1 && reading.now().isBefore(TWO)
                    ? Outcome.waiting(TWO, "closed for now")
                    : Outcome.passed(reading.evidence()));
    try (Run run = world.start(window, change("one"), change("two"))) {
      assertThat(run.advance()).isEqualTo(new Tick.WakeAt(TWO, "closed for now"));
      assertThat(world.effects()).containsExactly("one");
      world.clock.set(TWO);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(world.effects()).containsExactly("one", "two");
    }
  }

  @Test
  void a_clock_that_goes_back_holds_the_run_until_it_is_there_again() {
    try (Run run = world.start(passing("ready"), change("one"))) {
      Instant before = world.clock.instant();
      world.clock.advance(Duration.ofSeconds(-3));
      assertThat(run.advance()).isInstanceOf(Tick.WakeAt.class);
      assertThat(((Tick.WakeAt) run.advance()).moment()).isEqualTo(before);
      assertThat(world.effects()).isEmpty();

      world.clock.set(before.minusSeconds(2));
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  @Test
  void undoing_does_not_wait_for_a_clock_that_went_back() {
    try (Run run = world.start(change("one"), window())) {
      run.advance();
      world.clock.advance(Duration.ofHours(-1));
      run.abort("ann", "enough");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(world.effects()).containsExactly("one", "undo one");
    }
  }
}
