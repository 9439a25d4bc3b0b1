package dev.gatehouse.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  private final CountDownLatch begun = new CountDownLatch(2);
  private final AtomicInteger ended = new AtomicInteger();

  /** Blocks until it is interrupted, as a statement does. */
  private SideBySide.Work<String> blocking() {
    return side -> {
      CountDownLatch interrupted = new CountDownLatch(1);
      side.interruptibleBy(interrupted::countDown);
      begun.countDown();
      if (!interrupted.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody interrupted it");
      }
      ended.incrementAndGet();
      throw new IOException("interrupted");
    };
  }

  private SideBySide.Work<String> failing(Exception failure) {
    return side -> {
      begun.countDown();
      begun.await();
      throw failure;
    };
  }

  @Test
  void all_is_done_and_each_result_is_where_its_work_was() throws Exception {
    SideBySide.Result<Integer, String> result =
        SideBySide.run(Progress.SILENT, side -> 1, List.of(side -> "a", side -> "b", side -> "c"));
    assertThat(result.here()).isEqualTo(1);
    assertThat(result.beside()).containsExactly("a", "b", "c");
  }

  @Test
  void a_failure_here_ends_those_beside_before_it_is_told() {
    CountDownLatch both = begun;
    assertThatThrownBy(
            () ->
                SideBySide.run(
                    Progress.SILENT,
                    side -> {
                      both.await();
                      throw new IllegalStateException("here");
                    },
                    List.of(blocking(), blocking())))
        .hasMessage("here");
    assertThat(ended).hasValue(2);
  }

  @Test
  void a_failure_beside_ends_the_work_here_and_the_others_and_is_the_one_that_is_told() {
    begun.countDown();
    assertThatThrownBy(
            () ->
                SideBySide.run(
                    Progress.SILENT,
                    blocking(),
                    List.of(blocking(), failing(new IllegalStateException("beside")))))
        .hasMessage("beside");
    assertThat(ended).hasValue(2);
  }

  @Test
  void what_is_going_on_notices_by_itself_that_another_failed() {
    assertThatThrownBy(
            () ->
                SideBySide.run(
                    Progress.SILENT,
                    side -> {
                      begun.countDown();
                      while (true) {
                        side.continuing();
                        TimeUnit.MILLISECONDS.sleep(1);
                      }
                    },
                    List.of(failing(new IllegalStateException("beside")))))
        .hasMessage("beside");
  }

  @Test
  void a_run_that_is_told_to_stop_ends_all_of_it_and_tells_why() throws Exception {
    Stopping stopping = new Stopping();
    Thread presser =
        new Thread(
            () -> {
              try {
                begun.await();
              } catch (InterruptedException e) {
                return;
              }
              stopping.stop();
            });
    presser.start();
    long started = System.nanoTime();
    assertThatThrownBy(
            () -> SideBySide.run(stopping, side -> "here", List.of(blocking(), blocking())))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("somebody stopped it");
    presser.join();
    assertThat(ended).hasValue(2);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void only_the_work_here_tells_the_run_how_it_goes_on() throws Exception {
    List<String> reached = new ArrayList<>();
    Progress run =
        new Stopping() {
          @Override
          public void reached(String point) {
            reached.add(point);
          }
        };
    SideBySide.Work<String> reaching =
        side -> {
          side.reached(Thread.currentThread().getName());
          return "";
        };
    SideBySide.run(run, reaching, List.of(reaching));
    assertThat(reached).containsExactly(Thread.currentThread().getName());
  }

  /** A run that somebody stops. */
  private static class Stopping implements Progress {
    private Runnable interrupt = () -> {};
    private boolean stopped;

    synchronized void stop() {
      stopped = true;
      interrupt.run();
    }

    @Override
    public synchronized void interruptibleBy(Runnable how) {
      interrupt = how;
      if (stopped) {
        how.run();
      }
    }

    @Override
    public synchronized void continuing() {
      if (stopped) {
        throw new StepFailed(Finding.of("run.stopped", "somebody stopped it"));
      }
    }

    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void reached(String point) {}
  }
}
