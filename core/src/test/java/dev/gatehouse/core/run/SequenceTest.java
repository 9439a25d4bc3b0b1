package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.finding;
import static dev.gatehouse.core.testkit.Steps.part;
import static dev.gatehouse.core.testkit.Steps.sequence;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.gatehouse.core.journal.PartRecord;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.RunJson;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.testkit.Steps;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Parts that each take effect for good: what is told and what is taken back. */
class SequenceTest extends SequenceFixture {
  @Test
  void each_part_is_journaled_before_and_after_it() throws IOException {
    try (Run run = world.start(migrations(plain("a"), plain("b")).cannotBeUndone("test"))) {
      RunRecord record = run.toEnd();
      assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(parts(record)).containsExactly("a APPLIED", "b APPLIED");
      assertThat(migrations(record).evidence().orElseThrow().facts())
          .containsEntry("parts", "2 of 2 applied");
      assertThat(World.count(run.journal(), "PART_INTENT")).isEqualTo(2);
      assertThat(World.count(run.journal(), "PART_OUTCOME")).isEqualTo(2);
      assertThat(run.record().steps().get(0).line().preview())
          .containsExactly("-- a", "execute a", "-- b", "execute b");
    }
    assertThat(world.effects()).containsExactly("a", "b");
    assertThat(world.points)
        .containsSubsequence(
            "migrations:intent.durable",
            "migrations:latch.taken",
            "migrations:part.checked",
            "migrations:part_intent.durable",
            "migrations:part.applied",
            "migrations:part_outcome.durable",
            "migrations:part.checked",
            "migrations:outcome.durable");
  }

  @Test
  void a_part_that_fails_has_those_before_it_taken_back() {
    RunRecord record =
        world.run(
            migrations(
                    reversible("a"), reversible("b"), breaking("c", new StepFailed(finding("c"))))
                .cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(world.effects()).containsExactly("a", "b", "back b", "back a");
    assertThat(parts(record)).containsExactly("a TAKEN_BACK", "b TAKEN_BACK", "c PENDING");
    assertThat(RunText.failure(record))
        .contains("undone    'migrations' (2 of 3 applied, 2 taken back)");
    assertThat(Checklist.filled(record, "head"))
        .contains("2 OF 3 APPLIED, 2 TAKEN BACK")
        .contains("- `a`: taken back")
        .contains("- `c`: not in effect");
  }

  @Test
  void a_part_without_an_inverse_stays_and_is_named() {
    RunRecord record =
        world.run(
            migrations(
                    plain("a"),
                    plain("b"),
                    reversible("c"),
                    reversible("d"),
                    breaking("e", error("42000")),
                    plain("f"),
                    plain("g"))
                .cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(migrations(record).state()).isEqualTo(StepState.FAILED_PARTIAL);
    assertThat(world.effects()).containsExactly("a", "b", "c", "d", "back d", "back c");
    assertThat(RunText.failure(record))
        .contains(
            """
              remains   'migrations' (4 of 7 applied, 2 taken back), cannot be undone: test
                          part b: in effect
                          part a: in effect
            """)
        .contains("did not open: 'e': the step broke");
    assertThat(Checklist.filled(record, "head"))
        .contains("(4 OF 7 APPLIED, 2 TAKEN BACK)")
        .contains("- `b`: in effect")
        .contains("- `c`: taken back");
    assertThat(RunJson.of(record, "head")).contains("\"state\": \"TAKEN_BACK\"");
  }

  @Test
  void what_stays_is_undone_by_the_undo_of_the_step() {
    RunRecord record =
        world.run(
            migrations(plain("a"), reversible("b"), breaking("c", error("42000")))
                .undoneBy(transactional("restore", world.dialect)));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(world.effects()).containsExactly("a", "b", "back b", "restore");
    assertThat(parts(record)).containsExactly("a UNDONE", "b TAKEN_BACK", "c PENDING");
    assertThat(migrations(record).findings()).isNotEmpty();
  }

  @Test
  void an_undo_that_puts_the_target_back_makes_taking_back_needless() {
    Step before = transactional("before", world.dialect).cannotBeUndone("test");
    RunRecord record =
        world.run(
            before,
            migrations(reversible("a"), breaking("b", error("42000")))
                .undoneBy(Steps.rewinding(transactional("restore", world.dialect), before)));
    assertThat(world.effects()).containsExactly("before", "a", "restore");
    assertThat(migrations(record).state()).isEqualTo(StepState.UNDONE);
  }

  @Test
  void the_first_part_that_fails_leaves_nothing() {
    RunRecord record =
        world.run(migrations(breaking("a", error("42000")), plain("b")).cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(world.effects()).isEmpty();
  }

  @Test
  void a_failed_part_that_left_something_is_not_called_clean() {
    Part half =
        part(
            "a",
            working -> {
              world.dialect.doNow("half a");
              throw error("42000");
            },
            key -> Kind.REPEATABLE,
            Optional.empty());
    RunRecord record = world.run(migrations(half, plain("b")).cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(parts(record)).containsExactly("a REPEATABLE", "b PENDING");
    assertThat(RunText.failure(record)).contains("part a: failed, something left behind");
  }

  @Test
  void a_step_that_succeeded_is_undone_by_its_own_undo_when_a_later_one_fails() {
    RunRecord record =
        world.run(
            migrations(reversible("a"), reversible("b"))
                .undoneBy(
                    sequence("undo", List.of(plain("undo b"), plain("undo a")))
                        .cannotBeUndone("undo")),
            failing("smoke"));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(world.effects()).containsExactly("a", "b", "undo b", "undo a");
    assertThat(migrations(record).undoParts().all()).hasSize(2);
  }

  @Test
  void an_undo_that_stops_half_way_says_how_far_it_got() {
    RunRecord record =
        world.run(
            migrations(plain("a"), plain("b"))
                .undoneBy(
                    sequence(
                            "undo",
                            List.of(
                                plain("undo b"), breaking("undo a", error("42000")), plain("last")))
                        .cannotBeUndone("undo")),
            failing("smoke"));
    assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(Checklist.filled(record, "head"))
        .contains("**UNDO FAILED (2 OF 2 APPLIED; OF ITS UNDO 1 OF 3 APPLIED)**");
    assertThat(RunText.failure(record))
        .contains("of its undo undo b: in effect")
        .doesNotContain("of its undo undo a");
  }

  @Test
  void an_inverse_that_fails_is_told_and_nothing_before_it_is_taken_back() {
    Part stuck =
        part(
            "b",
            working -> world.dialect.doNow("b"),
            key -> Steps.done(world.dialect, "b"),
            Optional.of(breaking("back b", error("42000"))));
    RunRecord record =
        world.run(
            migrations(reversible("a"), stuck, breaking("c", error("42000")))
                .cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(migrations(record).state()).isEqualTo(StepState.UNDO_FAILED);
    assertThat(parts(record)).containsExactly("a APPLIED", "b APPLIED", "c PENDING");
    assertThat(RunText.failure(record)).contains("part b: in effect").contains("part a: in effect");
  }

  @Test
  void what_was_there_before_is_neither_applied_nor_taken_back() {
    world.dialect.doNow("a");
    Part ifNotThere =
        part(
            "a",
            working -> {},
            key -> Steps.done(world.dialect, "a"),
            Optional.of(part("back a", world.dialect)));
    RunRecord record =
        world.run(
            migrations(ifNotThere, reversible("b"), breaking("c", error("42000")))
                .cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(parts(record)).containsExactly("a FOUND", "b TAKEN_BACK", "c PENDING");
    assertThat(world.effects()).containsExactly("a", "b", "back b");
    assertThat(RunText.failure(record)).contains("(1 of 3 applied, 1 found so, 1 taken back)");
  }

  @Test
  void a_part_that_fails_because_it_is_there_already_is_not_called_applied() {
    world.dialect.doNow("b");
    RunRecord record =
        world.run(
            migrations(reversible("a"), breaking("b", error("42000"))).cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(parts(record)).containsExactly("a TAKEN_BACK", "b PENDING");
    assertThat(world.effects()).containsExactly("b", "a", "back a");
  }

  @Test
  void what_is_taken_back_already_needs_no_taking_back() {
    Part dropped =
        part(
            "a",
            working -> {
              world.dialect.doNow("a");
              world.dialect.doNow("back a");
            },
            key -> Steps.done(world.dialect, "a"),
            Optional.of(part("back a", world.dialect)));
    RunRecord record =
        world.run(migrations(dropped, breaking("b", error("42000"))).cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(world.effects()).containsExactly("a", "back a");
  }

  @Test
  void parts_are_told_by_number_and_name() {
    RunRecord record = world.run(migrations(reversible("a"), plain("b")).cannotBeUndone("test"));
    assertThat(migrations(record).parts().all())
        .extracting(PartRecord::number, PartRecord::takenBackAlone)
        .containsExactly(tuple(1, true), tuple(2, false));
  }
}
