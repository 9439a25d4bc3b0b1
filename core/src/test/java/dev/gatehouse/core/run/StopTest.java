package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Outcome;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopTest extends StopFixture {
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
}
