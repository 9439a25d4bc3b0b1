package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.atLeast;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.signOff;
import static dev.gatehouse.dsl.GatehouseOperations.waitTimer;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Need;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies anywhere in a wait loses nothing, and nobody is asked twice. */
class KilledWaitTest {

  /** Each so many points; the nightly build dies at every one. */
  private static final int EVERY = Integer.getInteger("letters.every", 6);

  private static final List<String> VOICES = List.of("ada", "bob", "carol", "nora");

  @TempDir Path directory;

  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final class Life {
    final Assembly all;
    final Set<String> spoken = new HashSet<>();
    final Step[] steps = {
      waitTimer(ofMinutes(5)),
      approval("go?")
          .by(atLeast(2, "senior engineer"), one("product owner"))
          .validFor(ofHours(9))
          .notBefore(ofMinutes(2))
          .named(STEP),
      acknowledge("the lamp is on?").by("reader"),
      change("one"),
      signOff("all well?").by(one("reader")).validFor(ofHours(9))
    };
    int points;
    int left;
    int deaths;

    Life(Path where, int left) throws Exception {
      this.all = new Assembly(where);
      this.left = left;
    }

    private void reached(String point) {
      points++;
      if (--left == 0) {
        throw new Death();
      }
    }

    /** Nothing when it died before there was a run. */
    @Nullable Run live() {
      @Nullable Run run = null;
      for (int turn = 0; turn < 200; turn++) {
        try {
          if (run == null) {
            run =
                all.runner()
                    .withPoints(this::reached)
                    .start(Plan.of(all.book(steps), all.shop, all.clock));
          }
          Tick tick = run.advance();
          if (tick instanceof Tick.Done) {
            return run;
          }
          if (!spoke(run)) {
            all.clock.advance(ofMinutes(1));
          }
        } catch (Death death) {
          deaths++;
          if (run == null) {
            return null;
          }
          run.close();
          run =
              all.runner()
                  .withPoints(this::reached)
                  .resume(all.book(steps), all.shop, run.journal());
        }
      }
      throw new AssertionError("it waits for ever");
    }

    /** Everybody says each thing once, and never again: nobody may need it twice. */
    private boolean spoke(Run run) {
      for (StepRecord step : run.record().steps()) {
        for (Need need : step.needs()) {
          for (String who : VOICES) {
            boolean holds = all.people.named(who).orElseThrow().roles().contains(need.role());
            if (holds && spoken.add(who + " of " + step.name())) {
              all.of(run, who).yes(step.name(), need.role(), "");
              return true;
            }
          }
        }
      }
      return false;
    }
  }

  @Test
  void a_run_killed_anywhere_ends_as_one_that_lived() throws Exception {
    Life whole = new Life(Files.createDirectory(directory.resolve("whole")), 0);
    try (Run run = Objects.requireNonNull(whole.live())) {
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThat(whole.spoken).hasSize(5);
    int killed = 0;
    for (int at = 1; at <= whole.points; at += EVERY) {
      Life life = new Life(Files.createDirectory(directory.resolve("at" + at)), at);
      @Nullable Run run = life.live();
      killed += life.deaths;
      if (run == null) {
        assertThat(life.all.done()).isEmpty();
        continue;
      }
      try (run) {
        assertThat(run.record().state()).as("killed at point %s", at).isEqualTo(RunState.SUCCEEDED);
        assertThat(life.all.done()).containsExactly("one");
        assertThat(Assembly.refused(run)).as("killed at point %s", at).isEmpty();
        Map<String, Long> said =
            Assembly.entries(run).stream()
                .filter(entry -> entry.body().containsKey("letter"))
                .collect(
                    java.util.stream.Collectors.groupingBy(
                        entry -> String.valueOf(entry.body().get("letter")),
                        java.util.stream.Collectors.counting()));
        assertThat(said).hasSize(5).allSatisfy((nonce, times) -> assertThat(times).isEqualTo(1));
      }
    }
    System.out.println("killed in " + killed + " of " + whole.points + " points");
  }
}
