package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ProbeResult;
import org.junit.jupiter.api.Test;

/** What a stop does to a run that is undoing. */
class StoppedUndoTest extends StopFixture {
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
}
