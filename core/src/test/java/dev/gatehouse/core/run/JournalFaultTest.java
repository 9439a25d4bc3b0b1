package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.inSession;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.SimulatedStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFaultTest {
  @TempDir Path journals;
  World world;
  private SimulatedStorage disk = new SimulatedStorage();

  @BeforeEach
  void make_world() {
    world = new World(journals);
    Signer signer = Signer.ephemeral();
    world.runner = world.runner.withJournals(new Journals(journals, file -> disk, () -> signer));
  }

  private Change change(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  /** The machine is switched off, and on again. */
  private void reboot() {
    disk = disk.crash(3);
    world.dialect.crash();
    world.dialect.at = point -> {};
  }

  private String durable() {
    try {
      return new String(disk.crash(3).read(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void no_step_starts_when_there_is_no_room_to_journal_its_end() {
    List<Change> many = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      many.add(change("step " + i));
    }
    Change[] steps = many.toArray(Change[]::new);
    Run run = world.start(steps);
    int[] begun = {0};
    world.dialect.at =
        point -> {
          if (point.equals("begin") && ++begun[0] == 20) {
            disk.fill();
          }
        };
    assertThatThrownBy(run::advance)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no space to journal the next effect; it was not started");
    int done = world.effects().size();
    assertThat(done).isBetween(20, 399);
    assertThat(run.record().applied()).hasSize(done);
    run.close();

    disk = disk.kill();
    disk.makeRoom();
    world.dialect.at = point -> {};
    try (Run next = world.resume(run.journal(), steps)) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(world.effects()).hasSize(400).doesNotHaveDuplicates();
    }
  }

  @Test
  void an_intent_that_cannot_be_made_durable_prevents_the_effect() {
    world.runner =
        world.runner.withPoints(
            point -> {
              if (point.equals("one:intent.written")) {
                disk.failForce(1);
              }
            });
    Run run = world.start(change("one"));
    assertThatThrownBy(run::advance).hasMessageContaining("the journal could not be written");
    assertThat(world.effects()).isEmpty();
    assertThatThrownBy(run::advance).isInstanceOf(Refusal.class);
    assertThat(world.effects()).isEmpty();
  }

  /** A marker's head would make the intent durable before a commit; here nothing else does. */
  @Test
  void an_intent_that_cannot_be_made_durable_prevents_an_effect_outside_the_database() {
    world.runner =
        world.runner.withPoints(
            point -> {
              if (point.equals("one:intent.written")) {
                disk.failForce(1);
              }
            });
    Run run = world.start(external("one", world.dialect).cannotBeUndone("it is a test"));
    assertThatThrownBy(run::advance).hasMessageContaining("the journal could not be written");
    assertThat(world.effects()).isEmpty();
  }

  @Test
  void an_outcome_that_cannot_be_written_breaks_the_run_and_a_resume_finds_out() {
    world.runner =
        world.runner.withPoints(
            point -> {
              if (point.equals("one:marker.read")) {
                disk.failWrite(1, SimulatedStorage.Failure.IO_ERROR_ONCE);
              }
            });
    Run run = world.start(change("one"), change("two"));
    assertThatThrownBy(run::advance).hasMessageContaining("the journal could not be written");
    assertThat(world.effects()).containsExactly("one");
    assertThatThrownBy(run::advance).hasMessageContaining("it broke in the middle");
    assertThat(world.effects()).containsExactly("one");
    assertThat(durable()).contains("INTENT").doesNotContain("OUTCOME");
    reboot();

    try (Run next = world.resume(run.journal(), change("one"), change("two"))) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(next.record().step("one").orElseThrow().recovered()).isTrue();
      assertThat(world.effects()).containsExactly("one", "two");
    }
  }

  private void resolvesAfter(Error error, boolean done) {
    make_world();
    disk = new SimulatedStorage();
    boolean[] first = {true};
    Change dying =
        external(
                "dying",
                working -> {
                  boolean dies = first[0];
                  first[0] = false;
                  if (done || !dies) {
                    world.dialect.doNow("dying");
                  }
                  if (dies) {
                    throw error;
                  }
                },
                key ->
                    world.effects().contains("dying")
                        ? ProbeResult.Kind.APPLIED
                        : ProbeResult.Kind.NOT_APPLIED)
            .cannotBeUndone("test");
    Run run = world.start(dying, inSession("index", world.dialect).cannotBeUndone("test"));
    assertThatThrownBy(run::advance).isSameAs(error);
    assertThat(run.record().step("dying").orElseThrow().state()).isEqualTo(StepState.INTENT);
    assertThat(durable()).contains("INTENT").doesNotContain("OUTCOME");
    assertThatThrownBy(run::advance)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("it broke in the middle");
    run.close();
    disk = disk.kill();

    try (Run next =
        world.resume(
            run.journal(), dying, inSession("index", world.dialect).cannotBeUndone("test"))) {
      assertThat(next.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(world.effects()).containsExactly("dying", "index");
    }
  }

  @Test
  void an_error_out_of_an_effect_writes_no_outcome_and_a_resume_looks_first() {
    resolvesAfter(new OutOfMemoryError("test"), true);
    resolvesAfter(new OutOfMemoryError("test"), false);
    resolvesAfter(new StackOverflowError("test"), true);
    resolvesAfter(new StackOverflowError("test"), false);
  }

  @Test
  void whatever_comes_out_of_a_commit_is_in_doubt() {
    for (String broken : List.of("commit.after", "marker")) {
      make_world();
      disk = new SimulatedStorage();
      boolean[] once = {true};
      world.dialect.at =
          point -> {
            if (point.equals(broken) && once[0]) {
              once[0] = false;
              throw new IllegalStateException("driver bug");
            }
          };
      try (Run run = world.start(change("one"))) {
        assertThat(run.toEnd().state()).as(broken).isEqualTo(RunState.SUCCEEDED);
        assertThat(run.record().step("one").orElseThrow().recovered()).isTrue();
        assertThat(world.effects()).containsExactly("one");
      }
    }
  }

  @Test
  void a_rollback_that_breaks_leaves_a_doubt_not_a_clean_failure() {
    List<String> seen = new ArrayList<>();
    world.dialect.at =
        point -> {
          seen.add(point);
          if (point.equals("mark") || point.equals("rollback")) {
            throw new IllegalStateException("driver bug");
          }
        };
    try (Run run = world.start(change("one"))) {
      assertThat(run.toEnd().state()).isEqualTo(RunState.FAILED_CLEAN);
    }
    assertThat(seen).containsSubsequence("rollback", "fence", "marker");
    assertThat(world.effects()).isEmpty();
  }
}
