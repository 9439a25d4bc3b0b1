package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.finding;
import static dev.gatehouse.core.testkit.Steps.part;
import static dev.gatehouse.core.testkit.Steps.standing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.testkit.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stops a step between its parts, and how it goes on. */
class SequenceStopTest extends SequenceFixture {
  @Test
  void a_standing_check_is_asked_before_each_part() {
    List<String> asked = new ArrayList<>();
    Step window =
        standing(
            "window",
            reading -> {
              asked.add("asked");
              return world.effects().size() < 2
                  ? Outcome.passed(reading.evidence())
                  : Outcome.failed(finding("window"), reading.evidence());
            });
    RunRecord record =
        world.run(
            window,
            migrations(reversible("a"), reversible("b"), plain("c")).cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(world.effects()).containsExactly("a", "b", "back b", "back a");
    // as a check, before the effect, and before each of three parts
    assertThat(asked).hasSize(5);
  }

  @Test
  void a_pause_is_obeyed_between_parts_and_the_run_goes_on_behind_them() {
    Run[] run = new Run[1];
    Step step =
        migrations(plain("a"), stopping("b", run, Stop.Mode.PAUSE), plain("c"))
            .cannotBeUndone("test");
    try (Run open = world.start(step)) {
      run[0] = open;
      assertThat(open.advance()).isInstanceOf(Tick.Paused.class);
      assertThat(world.effects()).containsExactly("a", "b");
      assertThat(RunText.recap(open.record())).contains("under-way=1").doesNotContain("not-run");
      assertThat(Checklist.filled(open.record(), "head"))
          .contains("**STOPPED HALF-WAY (2 OF 3 APPLIED)**");
      assertThat(RunText.failure(open.record()))
          .contains("'migrations' (2 of 3 applied), which is to go on")
          .contains("part b: in effect");
      assertThat(open.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThat(world.effects()).containsExactly("a", "b", "c");
  }

  @Test
  void what_was_paused_half_way_and_aborted_is_taken_back() {
    Run[] run = new Run[1];
    Step step =
        migrations(reversible("a"), stopping("b", run, Stop.Mode.PAUSE), plain("c"))
            .cannotBeUndone("test");
    try (Run open = world.start(step)) {
      run[0] = open;
      open.advance();
      open.abort("ann", "enough");
      RunRecord record = open.toEnd();
      assertThat(record.state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("a", "b", "back b", "back a");
    }
  }

  @Test
  void an_abort_between_parts_takes_them_back() {
    Run[] run = new Run[1];
    Step step =
        migrations(reversible("a"), stopping("b", run, Stop.Mode.ABORT), plain("c"))
            .cannotBeUndone("test");
    try (Run open = world.start(step)) {
      run[0] = open;
      assertThat(open.toEnd().state()).isEqualTo(RunState.UNDONE);
    }
    assertThat(world.effects()).containsExactly("a", "b", "back b", "back a");
  }

  @Test
  void a_panic_between_parts_touches_nothing_more_and_names_what_remains() {
    Run[] run = new Run[1];
    Step step =
        migrations(reversible("a"), stopping("b", run, Stop.Mode.PANIC), plain("c"))
            .cannotBeUndone("test");
    try (Run open = world.start(step)) {
      run[0] = open;
      RunRecord record = open.toEnd();
      assertThat(record.state()).isEqualTo(RunState.PANICKED);
      assertThat(RunText.failure(record))
          .contains("part b: in effect")
          .contains("part a: in effect");
    }
    assertThat(world.effects()).containsExactly("a", "b");
  }

  @Test
  void what_cannot_go_on_behind_its_parts_is_not_called_clean() {
    Run[] run = new Run[1];
    Step step =
        migrations(plain("a"), stopping("b", run, Stop.Mode.PAUSE), plain("c"))
            .cannotBeUndone("test");
    try (Run open = world.start(step)) {
      run[0] = open;
      open.advance();
      List<String> once = new ArrayList<>(List.of("latch"));
      world.dialect.at =
          point -> {
            if (once.remove(point)) {
              throw sneaky(error("42000"));
            }
          };
      RunRecord record = open.toEnd();
      assertThat(migrations(record).state()).isEqualTo(StepState.FAILED_PARTIAL);
      assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
      assertThat(world.effects()).containsExactly("a", "b", "back b");
    }
  }

  @Test
  void a_lost_lease_stops_before_the_next_part() {
    Part thief =
        part(
            "a",
            working -> {
              world.dialect.doNow("a");
              world.dialect.stealLease();
            },
            key -> Steps.done(world.dialect, "a"),
            Optional.empty());
    try (Run run = world.start(migrations(thief, plain("b")).cannotBeUndone("test"))) {
      assertThatThrownBy(run::toEnd).hasMessageContaining("lease");
    }
    assertThat(world.effects()).containsExactly("a");
  }
}
