package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Outcome;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StopTest {
  @TempDir Path journals;
  World world;
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);
  private long stoppedAt;

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  @AfterEach
  void nobody_is_left_interrupted() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private Change change(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  /** Blocks the first time only. */
  private Change blocking() {
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
  private Tick stopped(Run run, Runnable how) throws InterruptedException {
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

  @Test
  void an_abort_reaches_a_blocking_effect_and_undoes_what_came_before() throws Exception {
    try (Run run = world.start(change("one"), blocking())) {
      assertThat(stopped(run, () -> run.abort("ann", "errors"))).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("one", "undo one");
    }
  }

  @Test
  void a_panic_reaches_a_blocking_effect_and_touches_nothing_more() throws Exception {
    try (Run run = world.start(change("one"), blocking())) {
      stopped(run, () -> run.panic("ann", "fire"));
      assertThat(run.record().state()).isEqualTo(RunState.PANICKED);
      assertThat(world.effects()).containsExactly("one");
    }
  }

  @Test
  void a_panic_is_obeyed_also_when_the_process_dies_before_it_is_closed() {
    Step[] steps = {change("one"), change("two")};
    Run run = world.start(steps);
    world.dialect.at =
        point -> {
          if (point.equals("commit.after")) {
            run.panic("ann", "fire");
          }
        };
    world.runner =
        world.runner.withPoints(
            point -> {
              if (point.equals(":stopping.durable")) {
                throw new Death();
              }
            });
    run.close();
    Run dying = world.resume(run.journal(), steps);
    world.dialect.at = point -> {};
    dying.panic("ann", "fire");
    assertThatThrownBy(dying::advance).isInstanceOf(Death.class);
    dying.close();
    world.dialect.crash();

    world.runner = world.runner.withPoints(point -> {});
    try (Run next = world.resume(run.journal(), steps)) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.PANICKED);
      assertThat(world.effects()).isEmpty();
    }
  }

  @Test
  void a_panicked_run_that_died_before_its_end_undoes_nothing_when_resumed() {
    Step[] steps = {
      change("one"), check("never", r -> Outcome.waiting(r.now().plusSeconds(9), ""))
    };
    world.runner =
        world.runner.withPoints(
            point -> {
              if (point.equals(":stopping.durable")) {
                throw new Death();
              }
            });
    Run run = world.start(steps);
    run.advance();
    run.panic("ann", "fire");
    assertThatThrownBy(run::advance).isInstanceOf(Death.class);
    run.close();
    world.dialect.crash();

    world.runner = world.runner.withPoints(point -> {});
    try (Run next = world.resume(run.journal(), steps)) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.PANICKED);
      assertThat(world.effects()).containsExactly("one");
    }
  }

  @Test
  void a_pause_leaves_the_step_ready_and_a_resume_completes_it() throws Exception {
    Run run = world.start(change("one"), blocking(), change("two"));
    assertThat(stopped(run, () -> run.pause("lunch"))).isEqualTo(new Tick.Paused("lunch"));
    assertThat(run.record().state()).isEqualTo(RunState.PAUSED);
    assertThat(run.record().step("blocking").orElseThrow().state()).isEqualTo(StepState.PENDING);
    run.close();

    try (Run next = world.resume(run.journal(), change("one"), blocking(), change("two"))) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(world.effects()).containsExactly("one", "blocking", "two");
    }
  }

  @Test
  void a_pause_that_cut_a_session_off_does_not_make_the_step_fail() {
    Change cut =
        transactional(
                "cut",
                working -> {
                  world.dialect.doInTransaction("cut");
                  if (blocked.getCount() > 0) {
                    blocked.countDown();
                    throw new SQLException("terminated", "57P01");
                  }
                })
            .cannotBeUndone("test");
    try (Run run = world.start(change("one"), cut)) {
      world.dialect.at =
          point -> {
            if (point.equals("rollback")) {
              run.pause("lunch");
            }
          };
      assertThat(run.advance()).isEqualTo(new Tick.Paused("lunch"));
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(world.effects()).containsExactly("one", "cut");
    }
  }

  /** Open once the statement of the run has been cancelled. */
  private CountDownLatch cancelled() {
    CountDownLatch cancelled = new CountDownLatch(1);
    world.dialect.at =
        point -> {
          if (point.equals("cancel")) {
            cancelled.countDown();
          }
        };
    return cancelled;
  }

  private void requireUndone(Step blocking) throws Exception {
    try (Run run = world.start(change("one"), blocking)) {
      stopped(run, () -> run.abort("ann", "errors"));
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("one", "undo one");
    }
  }

  @Test
  void an_abort_reaches_a_statement_through_its_canceller() throws Exception {
    CountDownLatch cancelled = cancelled();
    Change statement =
        transactional(
                "statement",
                working -> {
                  blocked.countDown();
                  assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
                  throw new SQLException("canceling statement", "42000");
                })
            .cannotBeUndone("test");
    requireUndone(statement);
  }

  /** Nobody is to correct a statement that was cut off on purpose. */
  @Test
  void what_an_abort_cut_off_is_told_of_whoever_stopped_it() throws Exception {
    CountDownLatch cancelled = cancelled();
    Change statement =
        transactional(
                "statement",
                working -> {
                  blocked.countDown();
                  assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
                  throw new SQLException("canceling statement", "42000");
                })
            .cannotBeUndone("test");
    try (Run run = world.start(change("one"), statement)) {
      stopped(run, () -> run.abort("ann", "enough"));
      assertThat(run.record().step("statement").orElseThrow().findings().get(0).text())
          .isEqualTo(
              """
              ann stopped the run: enough
                expected  to go on to its end
                found     the step broke
                          SQLException: canceling statement
                fix       see what was undone; then plan and run the runbook again
                code      run.stopped\
              """);
      assertThat(dev.gatehouse.core.report.RunText.failure(run.record()))
          .contains(
              "ended UNDONE: stopped by ann, and each undo succeeded; as written, not compared")
          .contains("see why ann stopped it, then plan and run again");
    }
  }

  @Test
  void an_abort_reaches_a_blocking_check() throws Exception {
    Check slow =
        check(
            "slow",
            reading -> {
              blocked.countDown();
              Blocks.on(never);
              return Outcome.passed(reading.evidence());
            });
    requireUndone(slow);
  }

  @Test
  void an_abort_reaches_the_query_of_a_check_through_its_canceller() throws Exception {
    CountDownLatch cancelled = cancelled();
    Check query =
        check(
            "query",
            reading -> {
              try {
                reading.connection();
                blocked.countDown();
                Thread.interrupted();
                while (cancelled.getCount() > 0) {
                  Thread.onSpinWait();
                }
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
              throw new IllegalStateException("cancelled");
            });
    try (Run run = world.start(query)) {
      stopped(run, () -> run.abort("ann", "errors"));
      assertThat(run.record().state()).isEqualTo(RunState.FAILED_CLEAN);
    }
  }

  /** An undo that asks whether it may go on, after somebody has asked the run to stop. */
  private Change undoneUnder(Run[] run, java.util.function.Consumer<Run> stop) {
    return transactional("one", world.dialect)
        .undoneBy(
            external(
                "undo one",
                working -> {
                  stop.accept(run[0]);
                  working.progress().continuing();
                  if (Thread.interrupted()) {
                    throw new InterruptedException();
                  }
                  world.dialect.doNow("undo one");
                },
                key -> ProbeResult.Kind.NOT_APPLIED));
  }

  @Test
  void an_abort_does_not_stop_an_undo() {
    Run[] run = new Run[1];
    Change one = undoneUnder(run, r -> r.abort("ann", "again"));
    try (Run started = world.start(change("zero"), one, failing("smoke"))) {
      run[0] = started;
      assertThat(started.advance()).isInstanceOf(Tick.Done.class);
      assertThat(started.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("zero", "one", "undo one", "undo zero");
    }
  }

  @Test
  void a_pause_during_an_undo_waits_for_its_end_and_the_next_one_is_done_later() {
    Run[] run = new Run[1];
    Change one = undoneUnder(run, r -> r.pause("lunch"));
    try (Run started = world.start(change("zero"), one, failing("smoke"))) {
      run[0] = started;
      assertThat(started.advance()).isEqualTo(new Tick.Paused("lunch"));
      assertThat(world.effects()).containsExactly("zero", "one", "undo one");
      assertThat(started.advance()).isInstanceOf(Tick.Done.class);
      assertThat(started.record().state()).isEqualTo(RunState.UNDONE);
    }
  }

  @Test
  void a_panic_stops_an_undo() {
    Run[] run = new Run[1];
    Change one = undoneUnder(run, r -> r.panic("ann", "fire"));
    try (Run started = world.start(change("zero"), one, failing("smoke"))) {
      run[0] = started;
      started.advance();
      assertThat(started.record().state()).isEqualTo(RunState.PANICKED);
      assertThat(world.effects()).containsExactly("zero", "one");
    }
  }

  @Test
  void a_stop_asked_while_a_milder_one_is_obeyed_is_not_lost() {
    Run[] run = new Run[1];
    world.runner =
        world.runner.withPoints(
            point -> {
              if (point.equals(":paused.written")) {
                run[0].abort("ann", "errors");
              }
            });
    try (Run started = world.start(change("one"))) {
      run[0] = started;
      started.pause("lunch");
      assertThat(started.advance()).isInstanceOf(Tick.Paused.class);
      assertThat(started.advance()).isInstanceOf(Tick.Done.class);
      assertThat(started.record().state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(world.effects()).isEmpty();
    }
  }

  @Test
  void an_interrupted_thread_stops_before_the_next_effect_and_journals_it() {
    Change one =
        transactional(
                "one",
                working -> {
                  world.dialect.doInTransaction("one");
                  Thread.currentThread().interrupt();
                })
            .cannotBeUndone("test");
    Run run = world.start(one, change("two"));
    assertThat(run.advance()).isEqualTo(new Tick.Paused("interrupted"));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(world.effects()).containsExactly("one");
    assertThat(run.record().state()).isEqualTo(RunState.PAUSED);
    run.close();

    try (Run next = world.resume(run.journal(), one, change("two"))) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(world.effects()).containsExactly("one", "two");
    }
  }

  @Test
  void an_effect_interrupted_from_outside_pauses_the_run_instead_of_failing_it() {
    Thread runs = Thread.currentThread();
    try (Run run = world.start(change("one"), blocking())) {
      Thread other =
          new Thread(
              () -> {
                try {
                  blocked.await();
                } catch (InterruptedException e) {
                  return;
                }
                runs.interrupt();
              });
      other.start();
      assertThat(run.advance()).isEqualTo(new Tick.Paused("interrupted"));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(world.effects()).containsExactly("one", "blocking");
    }
  }

  @Test
  void a_check_within_an_effect_that_is_interrupted_from_outside_pauses_the_run() {
    AtomicBoolean interrupted = new AtomicBoolean();
    Check once =
        new Check() {
          @Override
          public String name() {
            return "once";
          }

          @Override
          public List<String> plan(CheckContext reading) {
            return List.of("look");
          }

          @Override
          public Outcome evaluate(CheckContext reading) throws InterruptedException {
            if (interrupted.compareAndSet(false, true)) {
              throw new InterruptedException();
            }
            return Outcome.passed(reading.evidence());
          }
        };
    Change one =
        transactional(
                "one",
                working -> {
                  world.dialect.doInTransaction("one");
                  working.require(once);
                })
            .cannotBeUndone("test");
    try (Run run = world.start(one)) {
      assertThat(run.advance()).isEqualTo(new Tick.Paused("interrupted"));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(world.effects()).isEmpty();
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
    }
  }

  @Test
  void a_script_that_sleeps_in_a_wait_is_woken_by_a_stop() throws Exception {
    Check wait = check("wait", r -> Outcome.waiting(r.now().plusSeconds(600), "later"));
    try (Run run = world.start(change("one"), wait)) {
      Thread other =
          new Thread(
              () -> {
                while (run.record().state() != RunState.WAITING) {
                  Thread.onSpinWait();
                }
                run.abort("ann", "enough");
              });
      other.start();
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      other.join();
    }
  }
}
