package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run with a step that blocks until it is stopped. */
@Timeout(60)
abstract class StopFixture {
  @TempDir Path journals;

  World world;

  final CountDownLatch blocked = new CountDownLatch(1);

  final CountDownLatch never = new CountDownLatch(1);

  long stoppedAt;

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  @AfterEach
  void nobody_is_left_interrupted() {
    assertThat(Thread.interrupted()).isFalse();
  }

  Change change(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  /** Blocks the first time only. */
  Change blocking() {
    return external(
            "blocking",
            working -> {
              if (blocked.getCount() > 0) {
                blocked.countDown();
                never.await(30, TimeUnit.SECONDS);
              }
              world.dialect.doNow("blocking");
            },
            key ->
                world.effects().contains("blocking")
                    ? ProbeResult.Kind.APPLIED
                    : ProbeResult.Kind.NOT_APPLIED)
        .cannotBeUndone("test");
  }

  /** Has another thread stop the run once something blocks. */
  Tick stopped(Run run, Runnable how) throws InterruptedException {
    Thread other =
        new Thread(
            () -> {
              try {
                blocked.await();
              } catch (InterruptedException e) {
                return;
              }
              stoppedAt = System.nanoTime();
              how.run();
            });
    other.start();
    Tick tick = run.advance();
    // far from the 30 s of what blocks; the promise is 2 s, and a busy disk may take as long
    assertThat(Duration.ofNanos(System.nanoTime() - stoppedAt)).isLessThan(Duration.ofSeconds(10));
    other.join();
    return tick;
  }

  /** Open once the statement of the run has been cancelled. */
  CountDownLatch cancelled() {
    CountDownLatch cancelled = new CountDownLatch(1);
    world.dialect.at =
        point -> {
          if (point.equals("cancel")) {
            cancelled.countDown();
          }
        };
    return cancelled;
  }

  void requireUndone(Step blocking) throws Exception {
    try (Run run = world.start(change("one"), blocking)) {
      stopped(run, () -> run.abort("ann", "errors"));
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("one", "undo one");
    }
  }
}
