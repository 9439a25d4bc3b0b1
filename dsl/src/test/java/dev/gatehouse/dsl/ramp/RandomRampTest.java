package dev.gatehouse.dsl.ramp;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.ramp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.core.testkit.SettableClock;
import dev.gatehouse.dsl.Desk;
import dev.gatehouse.dsl.ramp.RandomSoakTest.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random samples through whole ramps, against the model of the soak of each level; {@code
 * -Dramp.streams=1000} for more of them.
 */
@Timeout(1800)
class RandomRampTest {
  private static final int STREAMS = Integer.getInteger("ramp.streams", 15);
  private static final int MOST_SILENT = 3;
  private static final int LEAST = 2;
  private static final int SOMEBODYS = 100;

  /** One ramp, and what it was told on each level. */
  private static final class Stream {
    final Random random;
    final SettableClock clock = SettableClock.at("2026-11-21T10:00:00Z");
    final AtomicInteger flag = new AtomicInteger();
    final List<Integer> levels = new ArrayList<>();
    final List<Duration> soaks = new ArrayList<>();
    final Map<Integer, List<Sample>> samples = new TreeMap<>();
    final int bad;

    Stream(int seed) {
      random = new Random(seed);
      bad = random.nextInt(4);
      int level = 0;
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        level += 1 + random.nextInt(30);
        levels.add(level);
        soaks.add(Duration.ofSeconds(10 + random.nextInt(80)));
      }
    }

    Outcome look(CheckContext reading) {
      Status answer = answer(random.nextInt(60));
      Instant now = reading.now();
      samples
          .computeIfAbsent(flag.get(), level -> new ArrayList<>())
          .add(new Sample(now, now, answer));
      Finding finding = Finding.of("test", "as told");
      return switch (answer) {
        case PASSED -> Outcome.passed(reading.evidence());
        case FAILED -> Outcome.failed(finding, reading.evidence());
        default -> Outcome.inconclusive(finding);
      };
    }

    private Status answer(int dice) {
      return dice >= bad * 5 ? Status.PASSED : dice == 0 ? Status.FAILED : Status.INCONCLUSIVE;
    }

    Runbook book() {
      Ramp ramp = ramp(Flag.of("ingest", "here", flag::get, flag::set)).from(0);
      for (int i = 0; i < levels.size(); i++) {
        ramp = ramp.to(levels.get(i)).soaking(soaks.get(i));
      }
      return runbook("Ramp", gate("Begin", noRows("select 1 from made where 1 = 0")))
          .then(
              ramp.watching(NamedCheck.of("watched", reading -> List.of(), this::look))
                  .every(RandomSoakTest.EVERY)
                  .atMostSilent(MOST_SILENT)
                  .atLeastSamples(LEAST)
                  .gates());
    }

    /** In time, late, or after the runner was down. */
    Instant next(Instant recheck) {
      return switch (random.nextInt(12)) {
        case 0 -> recheck.plusSeconds(random.nextInt(25));
        case 1 -> recheck.plusSeconds(3_600);
        default -> recheck;
      };
    }

    /** What each level's samples say of its soak, up to the first that did not pass. */
    Status expected() {
      for (int i = 0; i < levels.size(); i++) {
        List<Sample> told = samples.getOrDefault(levels.get(i), List.of());
        for (int n = 1; n < told.size(); n++) {
          assertThat(on(i, told.subList(0, n)))
              .as("sample %s of %s", n, told)
              .isEqualTo(Status.WAITING);
        }
        Status last = told.isEmpty() ? Status.WAITING : on(i, told);
        if (last != Status.PASSED) {
          assertThat(samples).as("levels behind").hasSize(told.isEmpty() ? i : i + 1);
          return last;
        }
      }
      return Status.PASSED;
    }

    private Status on(int level, List<Sample> told) {
      return RandomSoakTest.expected(told, soaks.get(level), MOST_SILENT, LEAST);
    }
  }

  @Test
  void a_ramp_ends_as_the_model_says(@TempDir Path directory) throws Exception {
    Target target = Desk.shop(directory.resolve("shop.db"));
    Map<RunState, Integer> ends = new EnumMap<>(RunState.class);
    for (int seed = 0; seed < STREAMS; seed++) {
      Stream stream = new Stream(seed);
      ends.merge(ended(stream, directory.resolve("journals-" + seed), target), 1, Integer::sum);
    }
    System.out.println("ramp.streams=" + STREAMS + ": " + ends);
    assertThat(ends).containsKeys(RunState.SUCCEEDED, RunState.UNDONE);
  }

  private static RunState ended(Stream stream, Path journals, Target target) {
    try (Run run =
        Runner.journalingTo(journals)
            .withClock(stream.clock)
            .start(Plan.of(stream.book(), target, stream.clock))) {
      boolean moved = false;
      Tick tick = run.advance();
      while (tick instanceof Tick.WakeAt wake) {
        if (!moved && stream.random.nextInt(100) == 0) {
          stream.flag.set(SOMEBODYS);
          moved = true;
        }
        stream.clock.set(stream.next(wake.moment()));
        tick = run.advance();
      }
      boolean asks = tick instanceof Tick.NeedsInput;
      RunState state = run.record().state();
      if (asks) {
        run.abort("ada", "so");
        run.toEnd();
      }
      if (moved) {
        assertThat(stream.flag).as("what somebody set stays").hasValue(SOMEBODYS);
        assertThat(run.record().state()).isEqualTo(RunState.NOT_UNDONE);
        return run.record().state();
      }
      switch (stream.expected()) {
        case PASSED -> {
          assertThat(state).isEqualTo(RunState.SUCCEEDED);
          assertThat(stream.flag).hasValue(stream.levels.get(stream.levels.size() - 1));
        }
        case FAILED -> {
          assertThat(state).isEqualTo(RunState.UNDONE);
          assertThat(stream.flag).hasValue(0);
        }
        default -> {
          assertThat(asks).as("a person is asked").isTrue();
          assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
          assertThat(stream.flag).hasValue(0);
        }
      }
      return run.record().state();
    }
  }
}
