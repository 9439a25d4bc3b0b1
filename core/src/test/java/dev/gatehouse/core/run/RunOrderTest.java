package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.finding;
import static dev.gatehouse.core.testkit.Steps.inSession;
import static dev.gatehouse.core.testkit.Steps.passing;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.StepFailed;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunOrderTest {
  @TempDir Path journals;
  World world;

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  private Change undoable(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  @Test
  void steps_take_effect_in_order_and_once() {
    RunRecord record =
        world.run(
            passing("ready"),
            undoable("one"),
            external("two", world.dialect).cannotBeUndone("test"),
            inSession("three", world.dialect).cannotBeUndone("test"));

    assertThat(world.effects()).containsExactly("one", "two", "three");
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.state().exitCode()).isZero();
    assertThat(record.openGates()).hasSize(4);
    assertThat(record.step("one").orElseThrow().evidence().orElseThrow().facts())
        .containsEntry("did", "one");
  }

  @Test
  void a_failed_check_undoes_what_was_applied_in_reverse_order() {
    RunRecord record =
        world.run(undoable("one"), undoable("two"), failing("smoke"), undoable("never"));

    assertThat(world.effects()).containsExactly("one", "two", "undo two", "undo one");
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(record.state().exitCode()).isEqualTo(3);
    assertThat(record.step("smoke").orElseThrow().findings()).containsExactly(finding("smoke"));
    assertThat(record.step("never").orElseThrow().state()).isEqualTo(StepState.PENDING);
  }

  @Test
  void a_failed_check_before_any_change_leaves_a_clean_failure() {
    RunRecord record = world.run(failing("preflight"), undoable("one"));

    assertThat(world.effects()).isEmpty();
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.state().exitCode()).isEqualTo(3);
  }

  @Test
  void what_cannot_be_undone_is_reported_as_remaining() {
    RunRecord record =
        world.run(
            undoable("one"),
            transactional("mail", world.dialect).cannotBeUndone("it is sent"),
            failing("smoke"));

    assertThat(world.effects()).containsExactly("one", "mail", "undo one");
    assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(record.state().exitCode()).isEqualTo(4);
  }

  @Test
  void a_transaction_that_fails_is_rolled_back_and_has_nothing_to_undo() {
    Change half =
        transactional(
                "half",
                working -> {
                  world.dialect.doInTransaction("half");
                  throw new StepFailed(finding("half"));
                })
            .undoneBy(transactional("undo half", world.dialect));
    RunRecord record = world.run(undoable("one"), half);

    assertThat(world.effects()).containsExactly("one", "undo one");
    assertThat(record.step("half").orElseThrow().state()).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
  }

  @Test
  void a_failing_undo_stops_the_undoing_and_says_what_remains() {
    Change stuck =
        transactional("two", world.dialect)
            .undoneBy(
                transactional(
                    "undo two",
                    working -> {
                      throw new StepFailed(finding("undo"));
                    }));
    RunRecord record = world.run(undoable("one"), stuck, failing("smoke"));

    assertThat(world.effects()).containsExactly("one", "two");
    assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(record.step("two").orElseThrow().state()).isEqualTo(StepState.UNDO_FAILED);
  }

  @Test
  void the_world_tells_what_a_failed_external_effect_left_behind() {
    assertThat(stateAfterFailure(ProbeResult.Kind.NOT_APPLIED)).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(stateAfterFailure(ProbeResult.Kind.PARTIAL)).isEqualTo(StepState.UNDONE);
    assertThat(stateAfterFailure(ProbeResult.Kind.APPLIED)).isEqualTo(StepState.UNDONE);
    assertThat(stateAfterFailure(ProbeResult.Kind.UNKNOWN)).isEqualTo(StepState.IN_DOUBT);
  }

  private StepState stateAfterFailure(ProbeResult.Kind left) {
    Change broken =
        external(
                "broken",
                working -> {
                  throw new java.io.IOException("pipe");
                },
                key -> left)
            .undoneBy(transactional("clean up", world.dialect));
    return world.run(broken).step("broken").orElseThrow().state();
  }

  @Test
  void an_error_out_of_commit_is_in_doubt_until_the_marker_decides() {
    world.dialect.at =
        point -> {
          if (point.equals("commit.after")) {
            sneaky(new SQLException("connection reset", "08006"));
          }
        };
    RunRecord committed = world.run(undoable("one"));
    assertThat(committed.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(committed.step("one").orElseThrow().recovered()).isTrue();
    assertThat(world.effects()).containsExactly("one");

    world.dialect.at =
        point -> {
          if (point.equals("commit.before")) {
            sneaky(new SQLException("connection reset", "08006"));
          }
        };
    RunRecord lost = world.run(undoable("two"));
    assertThat(lost.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(world.effects()).containsExactly("one");
  }

  @Test
  void a_commit_that_returns_without_committing_is_a_clean_failure() {
    world.dialect.at =
        point -> {
          if (point.equals("commit.before")) {
            world.dialect.fenceNow();
          }
        };
    RunRecord record = world.run(undoable("one"));

    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.step("one").orElseThrow().findings())
        .extracting(finding -> finding.code())
        .containsExactly("commit.rolled-back");
  }

  @Test
  void a_check_that_throws_could_not_tell() {
    RunRecord record =
        world.run(
            check(
                "broken",
                reading -> {
                  throw new IllegalStateException("no such view");
                }),
            undoable("one"));

    assertThat(record.state()).isEqualTo(RunState.WAITING);
    assertThat(record.state().exitCode()).isEqualTo(5);
    assertThat(record.step("broken").orElseThrow().state()).isEqualTo(StepState.INCONCLUSIVE);
    assertThat(world.effects()).isEmpty();
  }

  @Test
  void a_check_that_broke_once_is_asked_again() {
    int[] asked = {0};
    RunRecord record =
        world.run(
            check(
                "flaky",
                reading -> {
                  if (asked[0]++ == 0) {
                    throw new IllegalStateException("connection reset");
                  }
                  return Outcome.passed(reading.evidence());
                }));

    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(asked[0]).isEqualTo(2);
  }

  static void sneaky(Exception e) {
    RunOrderTest.<RuntimeException>thrown(e);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Exception> void thrown(Exception e) throws T {
    throw (T) e;
  }
}
