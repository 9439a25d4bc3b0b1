package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.finding;
import static dev.gatehouse.core.testkit.Steps.human;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeopleTest {
  @TempDir Path journals;
  World world;

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  private static Change rack() {
    return human("rack", "is the disk in?", "operator")
        .undoneBy(human("unrack", "is the disk out?", "operator"));
  }

  private Change change(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  private static List<String> remarks(RunRecord record) {
    return record.remarks().stream().map(RunRecord.Remark::text).toList();
  }

  @Test
  void a_human_step_asks_and_a_yes_goes_on() throws IOException {
    try (Run run = world.start(rack(), change("one"))) {
      Question question = new Question("rack", Question.Kind.ANSWER, "is the disk in?", "operator");
      assertThat(run.advance()).isEqualTo(new Tick.NeedsInput(List.of(question)));
      assertThat(run.advance()).isEqualTo(new Tick.NeedsInput(List.of(question)));
      assertThat(run.record().state()).isEqualTo(RunState.WAITING);
      assertThat(World.count(run.journal(), "WAITING")).isEqualTo(1);
      assertThat(world.effects()).isEmpty();

      run.answer("rack", "ann", "operator", true, "slot 3");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(run.record().step("rack").orElseThrow().who()).isEqualTo("ann");
      assertThat(run.record().step("rack").orElseThrow().evidence().orElseThrow().facts())
          .containsEntry("said", "slot 3")
          .containsEntry("role", "operator");
      assertThat(remarks(run.record())).contains("ann confirmed 'rack'");
    }
  }

  /** Looking again would prove nothing: the probe has said already that it sees nothing. */
  @Test
  void what_returned_and_is_not_seen_is_asked_of_a_person_at_once() throws IOException {
    Change unseen =
        external(
                "unseen",
                working -> {
                  throw new StepFailed(List.of(finding("unseen")), StepFailed.Ending.RETURNED);
                },
                key -> ProbeResult.Kind.NOT_APPLIED)
            .undoneBy(transactional("undo unseen", world.dialect));
    try (Run run = world.start(unseen)) {
      assertThat(run.advance())
          .isEqualTo(
              new Tick.NeedsInput(
                  List.of(
                      new Question(
                          "unseen",
                          Question.Kind.RESOLVE,
                          "what became of 'unseen'? it returned without an error, and nothing"
                              + " shows what it did",
                          ""))));
      assertThat(World.count(run.journal(), "RESOLVED")).isZero();
      run.resolve("unseen", ProbeResult.Kind.PARTIAL, "ann", "it is there");
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("undo unseen");
    }
  }

  @Test
  void what_failed_by_itself_and_is_not_seen_as_a_whole_is_undone() {
    Change half =
        external(
                "half",
                working -> {
                  throw new StepFailed(List.of(finding("half")), StepFailed.Ending.PERHAPS_IN_PART);
                },
                key -> ProbeResult.Kind.NOT_APPLIED)
            .undoneBy(transactional("undo half", world.dialect));
    try (Run run = world.start(half)) {
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("undo half");
    }
  }

  @Test
  void a_no_fails_the_run_and_undoes_what_came_before() {
    try (Run run = world.start(change("one"), rack())) {
      run.advance();
      run.answer("rack", "ann", "operator", false, "no disk");
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("one", "undo one");
    }
  }

  @Test
  void an_answer_of_another_role_is_refused() {
    try (Run run = world.start(rack())) {
      run.advance();
      assertThatThrownBy(() -> run.answer("rack", "bob", "intern", true, ""))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              """
              'rack' is asked of another role
                expected  operator
                found     intern
                fix       have somebody who is operator answer
                code      answer.role\
              """);
      assertThat(run.record().step("rack").orElseThrow().state()).isEqualTo(StepState.WAITING);
    }
  }

  @Test
  void an_answer_nobody_asked_for_is_refused() {
    try (Run run = world.start(rack(), change("one"))) {
      assertThatThrownBy(() -> run.answer("rack", "ann", "operator", true, ""))
          .hasMessageContaining("'rack' does not wait for an answer");
      assertThatThrownBy(() -> run.answer("one", "ann", "operator", true, ""))
          .hasMessageContaining("'one' does not wait for an answer");
      assertThatThrownBy(() -> run.answer("rock", "ann", "operator", true, ""))
          .hasMessageContaining("the run has no step 'rock'");
      run.advance();
      assertThatThrownBy(() -> run.answer("rack", " ", "operator", true, ""))
          .isInstanceOf(IllegalArgumentException.class);
      run.answer("rack", "ann", "operator", true, "");
      assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
  }

  @Test
  void an_answer_after_the_end_changes_nothing() {
    try (Run run = world.start(rack())) {
      run.advance();
      run.abort("bob", "wrong day");
      run.advance();
      long records = run.record().remarks().size();
      assertThatThrownBy(() -> run.answer("rack", "ann", "operator", true, ""))
          .hasMessageContaining("the run has ended");
      assertThat(run.record().state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(run.record().remarks()).hasSize((int) records);
    }
  }

  @Test
  void what_a_person_did_is_undone_by_a_person_also_after_a_crash() {
    Run run = world.start(rack(), failing("smoke"));
    run.advance();
    run.answer("rack", "ann", "operator", true, "");
    Question undo = new Question("rack", Question.Kind.ANSWER, "is the disk out?", "operator");
    assertThat(run.advance()).isEqualTo(new Tick.NeedsInput(List.of(undo)));
    run.close();
    world.dialect.crash();

    try (Run next = world.resume(run.journal(), rack(), failing("smoke"))) {
      assertThat(next.advance()).isEqualTo(new Tick.NeedsInput(List.of(undo)));
      next.answer("rack", "bob", "operator", true, "");
      assertThat(next.toEnd().state()).isEqualTo(RunState.UNDONE);
    }
  }

  @Test
  void a_resumed_run_that_asks_people_says_that_it_waits() {
    Run run = world.start(rack());
    run.advance();
    run.close();
    try (Run next = world.resume(run.journal(), rack())) {
      next.advance();
      assertThat(next.record().state()).isEqualTo(RunState.WAITING);
    }
  }

  private static Check unsure(boolean[] sure) {
    return check(
        "replica",
        reading ->
            sure[0]
                ? Outcome.passed(reading.evidence())
                : Outcome.inconclusive(finding("replica")));
  }

  @Test
  void what_could_not_be_told_is_accepted_by_name() {
    try (Run run = world.start(unsure(new boolean[1]), change("one"))) {
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      run.accept("replica", "ann", "it is being rebuilt");
      assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(run.record().step("replica").orElseThrow().accepted()).isTrue();
      assertThat(run.record().step("replica").orElseThrow().who()).isEqualTo("ann");
      assertThat(remarks(run.record()))
          .contains("ann accepted 'replica' as it is: it is being rebuilt");
    }
  }

  @Test
  void what_could_not_be_told_is_asked_again_and_journaled_once() throws IOException {
    boolean[] sure = {false};
    try (Run run = world.start(unsure(sure), change("one"))) {
      for (int tick = 0; tick < 5; tick++) {
        assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      }
      assertThat(World.count(run.journal(), "CHECKED")).isEqualTo(1);
      assertThat(World.count(run.journal(), "WAITING")).isEqualTo(1);
      sure[0] = true;
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
    }
  }

  @Test
  void only_what_is_unsure_can_be_accepted() {
    try (Run run = world.start(rack(), change("one"))) {
      run.advance();
      assertThatThrownBy(() -> run.accept("rack", "ann", "why not"))
          .hasMessageContaining("'rack' does not wait to be accepted");
    }
  }

  private Change lost(ProbeResult.Kind[] seen) {
    return external(
            "lost",
            working -> {
              throw new java.io.IOException("pipe");
            },
            key -> seen[0])
        .undoneBy(transactional("clean up", world.dialect));
  }

  @Test
  void a_doubt_the_world_does_not_settle_is_looked_into_thrice_then_resolved_by_name()
      throws IOException {
    try (Run run =
        world.start(lost(new ProbeResult.Kind[] {ProbeResult.Kind.UNKNOWN}), change("one"))) {
      for (int tick = 0; tick < 6; tick++) {
        assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
        assertThat(run.record().state()).isEqualTo(RunState.IN_DOUBT);
      }
      assertThat(World.count(run.journal(), "RESOLVED")).isEqualTo(3);
      assertThatThrownBy(() -> run.resolve("one", ProbeResult.Kind.APPLIED, "ann", "saw it"))
          .hasMessageContaining("'one' does not wait to be resolved");
      assertThatThrownBy(() -> run.resolve("lost", ProbeResult.Kind.UNKNOWN, "ann", "?"))
          .isInstanceOf(IllegalArgumentException.class);

      run.resolve("lost", ProbeResult.Kind.APPLIED, "ann", "the file is there");
      assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(run.record().step("lost").orElseThrow().who()).isEqualTo("ann");
      assertThat(world.effects()).containsExactly("one");
    }
  }

  @Test
  void a_doubt_stays_one_across_a_resume_and_is_journaled_once() throws IOException {
    Change lost = lost(new ProbeResult.Kind[] {ProbeResult.Kind.UNKNOWN});
    Run run = world.start(lost);
    for (int tick = 0; tick < 4; tick++) {
      run.advance();
    }
    run.close();
    try (Run next = world.resume(run.journal(), lost)) {
      for (int tick = 0; tick < 4; tick++) {
        assertThat(next.advance()).isInstanceOf(Tick.NeedsInput.class);
        assertThat(next.record().state()).isEqualTo(RunState.IN_DOUBT);
      }
      assertThat(World.count(run.journal(), "WAITING")).isEqualTo(1);
      assertThat(next.record().state().exitCode()).isEqualTo(6);
    }
  }

  @Test
  void a_doubt_that_is_partial_by_a_persons_word_is_undone() {
    try (Run run = world.start(lost(new ProbeResult.Kind[] {ProbeResult.Kind.UNKNOWN}))) {
      run.advance();
      run.resolve("lost", ProbeResult.Kind.PARTIAL, "ann", "half a file");
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(world.effects()).containsExactly("clean up");
    }
  }
}
