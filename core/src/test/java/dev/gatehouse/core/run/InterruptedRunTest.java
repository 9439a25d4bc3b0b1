package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Outcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What wakes a thread in a step or a wait, and what the run makes of it. */
class InterruptedRunTest extends StopFixture {
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
