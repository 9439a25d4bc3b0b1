package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.part;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.testkit.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Parts of which nobody knows whether they took effect: a probe or a person says. */
class SequenceDoubtTest extends SequenceFixture {
  @Test
  void a_doubt_about_a_part_is_answered_by_its_probe_and_the_run_goes_on() {
    Part lost =
        part(
            "b",
            working -> {
              world.dialect.doNow("b");
              throw error("08006");
            },
            key -> Steps.done(world.dialect, "b"),
            Optional.empty());
    RunRecord record = world.run(migrations(plain("a"), lost, plain("c")).cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(world.effects()).containsExactly("a", "b", "c");
    assertThat(record.remarks())
        .extracting(Object::toString)
        .anyMatch(r -> r.contains("b: looked"));
  }

  @Test
  void a_part_that_is_proven_not_to_have_happened_failed_before_our_eyes() {
    RunRecord record =
        world.run(
            migrations(reversible("a"), breaking("b", error("08006")), plain("c"))
                .cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(world.effects()).containsExactly("a", "back a");
  }

  private Part unknowable(String name) {
    return part(
        name,
        working -> {
          throw error("08006");
        },
        key -> Kind.UNKNOWN,
        Optional.empty());
  }

  private RunRecord resolved(Kind truth) {
    try (Run run =
        world.start(
            migrations(reversible("a"), unknowable("b"), plain("c")).cannotBeUndone("test"))) {
      Tick tick = run.advance();
      Question asked = ((Tick.NeedsInput) tick).questions().get(0);
      assertThat(asked.text()).contains("'b' (part 2) of 'migrations'");
      assertThat(RunText.failure(run.record()))
          .contains("part b: begun, and nobody saw how it ended")
          .contains("run.resolve(\"migrations\", truth, who, evidence)  // of part b");
      run.resolve("migrations", truth, "ann", "looked");
      return run.toEnd();
    }
  }

  @Test
  void a_person_says_that_the_part_is_there() {
    RunRecord record = resolved(Kind.APPLIED);
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(world.effects()).containsExactly("a", "c");
    assertThat(parts(record)).containsExactly("a APPLIED", "b APPLIED", "c APPLIED");
  }

  @Test
  void a_person_says_that_half_of_the_part_is_there() {
    RunRecord record = resolved(Kind.PARTIAL);
    assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(parts(record)).containsExactly("a APPLIED", "b PARTIAL", "c PENDING");
    assertThat(world.effects()).containsExactly("a");
  }

  @Test
  void a_person_says_that_nothing_of_the_part_is_there_and_it_is_tried_again() {
    List<Exception> failures = new ArrayList<>(List.of(error("08006")));
    Part once =
        part(
            "b",
            working -> {
              if (!failures.isEmpty()) {
                throw failures.remove(0);
              }
              world.dialect.doNow("b");
            },
            key -> Kind.UNKNOWN,
            Optional.empty());
    try (Run run = world.start(migrations(plain("a"), once, plain("c")).cannotBeUndone("test"))) {
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      run.resolve("migrations", Kind.NOT_APPLIED, "ann", "looked");
      assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThat(world.effects()).containsExactly("a", "b", "c");
  }

  private RunRecord abortedInDoubt(Kind truth) {
    try (Run run =
        world.start(
            migrations(reversible("a"), unknowable("b"), plain("c")).cannotBeUndone("test"))) {
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      run.abort("ann", "enough");
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      run.resolve("migrations", truth, "ann", "looked");
      return run.toEnd();
    }
  }

  @Test
  void what_was_in_doubt_when_it_was_aborted_does_not_go_on() {
    RunRecord record = abortedInDoubt(Kind.NOT_APPLIED);
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(world.effects()).containsExactly("a", "back a");
  }

  @Test
  void what_was_in_doubt_and_is_there_stays_when_nothing_takes_it_back() {
    RunRecord record = abortedInDoubt(Kind.APPLIED);
    assertThat(record.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(parts(record)).containsExactly("a APPLIED", "b APPLIED", "c PENDING");
    assertThat(world.effects()).containsExactly("a");
  }
}
