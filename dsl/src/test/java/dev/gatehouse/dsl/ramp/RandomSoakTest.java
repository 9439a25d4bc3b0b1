package dev.gatehouse.dsl.ramp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.History;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A soak over random streams of samples against a model that reckons with all of them at once. */
class RandomSoakTest {
  private static final int STREAMS = Integer.getInteger("soak.streams", 1_000);
  static final Duration EVERY = Duration.ofSeconds(10);

  /** When it was asked, and what it answered. */
  record Sample(Instant begun, Instant ended, Status answer) {
    boolean good() {
      return answer == Status.PASSED;
    }
  }

  /** What the journal hands on is all that a new process has. */
  private static final class World implements CheckContext {
    final Desk desk;
    Instant now = Instant.parse("2026-11-21T10:00:00Z");
    Optional<Evidence> journaled = Optional.empty();
    Duration takes = Duration.ZERO;
    Status answers = Status.PASSED;

    World(Desk desk) {
      this.desk = desk;
    }

    @Override
    public Target target() {
      return desk.target();
    }

    @Override
    public Connection connection() throws SQLException {
      return desk.connection();
    }

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public Optional<Evidence> evidenceOf(Step step) {
      return Optional.empty();
    }

    @Override
    public History historyOf(Step step) {
      return new History(Optional.of(now), Set.of(), List.of(), journaled);
    }

    Outcome look(CheckContext reading) {
      now = now.plus(takes);
      Finding finding = Finding.of("test", "as told");
      return switch (answers) {
        case PASSED -> Outcome.passed(reading.evidence());
        case FAILED -> Outcome.failed(finding, reading.evidence());
        case WAITING -> Outcome.waiting(now, "later");
        default -> throw new IllegalStateException("broken");
      };
    }
  }

  @Test
  void a_soak_ends_as_the_model_says(@TempDir Path directory) throws Exception {
    Map<Status, Integer> ends = new EnumMap<>(Status.class);
    try (Desk desk = Desk.at(directory)) {
      for (int seed = 0; seed < STREAMS; seed++) {
        ends.merge(stream(desk, new Random(seed), seed), 1, Integer::sum);
      }
    }
    assertThat(ends.get(Status.PASSED)).isGreaterThan(STREAMS / 5);
    assertThat(ends.get(Status.FAILED)).isGreaterThan(STREAMS / 20);
    assertThat(ends.get(Status.INCONCLUSIVE)).isGreaterThan(STREAMS / 20);
  }

  private static Status stream(Desk desk, Random random, int seed) throws Exception {
    World world = new World(desk);
    Duration time = Duration.ofSeconds(20 + random.nextInt(200));
    int silent = random.nextInt(4);
    int least = 2 + random.nextInt(5);
    int bad = random.nextInt(12);
    Soak soak =
        Soak.of(time, List.of(NamedCheck.of("watched", reading -> List.of(), world::look)))
            .every(EVERY)
            .atMostSilent(silent)
            .atLeastSamples(least);
    List<Sample> samples = new ArrayList<>();
    while (true) {
      world.takes = Duration.ofMillis(random.nextInt(10) == 0 ? random.nextInt(40_000) : 300);
      world.answers = answer(random.nextInt(100), bad);
      Instant begun = world.now;
      Outcome outcome = soak.evaluate(world);
      samples.add(new Sample(begun, world.now, world.answers));
      assertThat(outcome.status())
          .as("seed %s, sample %s: %s", seed, samples.size(), samples)
          .isEqualTo(expected(samples, time, silent, least));
      if (!(outcome instanceof Outcome.Waiting waiting)) {
        return outcome.status();
      }
      world.journaled = waiting.soFar();
      world.now = next(random, world.now, waiting.recheckAt());
    }
  }

  private static Status answer(int dice, int bad) {
    if (dice >= bad * 3) {
      return Status.PASSED;
    }
    return dice % 9 == 0 ? Status.FAILED : dice % 2 == 0 ? Status.WAITING : Status.INCONCLUSIVE;
  }

  /** In time, late, after the runner was down, or by a clock that was set back. */
  private static Instant next(Random random, Instant now, Instant recheck) {
    return switch (random.nextInt(12)) {
      case 0 -> recheck.plusSeconds(random.nextInt(25));
      case 1 -> recheck.plusSeconds(3_600);
      case 2 -> now.minusSeconds(random.nextInt(30));
      case 3 -> now.plusMillis(random.nextInt(10_000));
      default -> recheck;
    };
  }

  /** What a soak answers behind the last of them. */
  static Status expected(List<Sample> samples, Duration time, int silent, int least) {
    Sample last = samples.get(samples.size() - 1);
    if (last.answer() == Status.FAILED) {
      return Status.FAILED;
    }
    long most = 2 * EVERY.toMillis();
    long watched = 0;
    int inARow = 0;
    for (int i = 0; i < samples.size(); i++) {
      Sample one = samples.get(i);
      inARow = one.good() ? 0 : inARow + 1;
      if (one.good()) {
        watched += Math.min(most, one.ended().toEpochMilli() - one.begun().toEpochMilli());
        if (i > 0 && samples.get(i - 1).good()) {
          long gap = one.begun().toEpochMilli() - samples.get(i - 1).ended().toEpochMilli();
          watched += gap >= 0 && gap <= most ? gap : 0;
        }
      }
    }
    if (inARow > silent) {
      return Status.INCONCLUSIVE;
    }
    long good = samples.stream().filter(Sample::good).count();
    return last.good() && watched >= time.toMillis() && good >= least
        ? Status.PASSED
        : Status.WAITING;
  }
}
