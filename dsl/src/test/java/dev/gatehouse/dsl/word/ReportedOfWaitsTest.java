package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.waitTimer;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.letter.Receipt;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.report.StatusText;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Approval;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of other tools reported about runs that wait for people, tried here. */
class ReportedOfWaitsTest {
  private static final String SENIOR = "senior engineer";
  private static final String OWNER = "product owner";

  @TempDir Path directory;
  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  private static Approval approved() {
    return approval("go?").by(one(SENIOR)).validFor(ofHours(1)).named(STEP);
  }

  private static String status(Run run) {
    return StatusText.of(run.record(), run.journal());
  }

  /** elsa-workflows/elsa-core#2443: the time came while nothing ran, and the wait never ends. */
  @Test
  void a_timer_that_ran_out_while_nobody_drove_the_run_is_over() {
    Run first = all.start(waitTimer(ofMinutes(5)), change("one"));
    assertThat(first.advance()).isInstanceOf(Tick.WakeAt.class);
    first.close();
    all.clock.advance(ofHours(3));
    try (Run second = all.resume(first, waitTimer(ofMinutes(5)), change("one"))) {
      assertThat(second.advance()).isInstanceOf(Tick.Done.class);
      assertThat(all.done()).containsExactly("one");
    }
  }

  /** OctopusDeploy/Issues#1253: aborted at its first question, it is told to wait for ever. */
  @Test
  void a_run_that_is_aborted_at_its_first_question_waits_for_nothing() {
    try (Run run = all.start(acknowledge("ready?").by("reader"), change("one"))) {
      run.advance();
      all.of(run, "nora").abort("no");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().steps())
          .extracting(step -> step.state())
          .containsOnly(StepState.PENDING);
      assertThat(RunText.failure(run.record())).doesNotContain("waiting").doesNotContain("asked");
      assertThat(RunText.recap(run.record())).contains("waiting=0");
    }
  }

  /** OctopusDeploy/Issues#10230: what is being cancelled and never gets there cannot be left. */
  @Test
  void an_undo_that_nobody_answers_is_left_by_a_panic() {
    Change byHand =
        inOneTransaction(sql("insert into done values ('one')"))
            .named("one")
            .undoneBy(acknowledge("delete it").by("reader"));
    try (Run run = all.start(byHand, approved())) {
      run.advance();
      all.of(run, "bob").abort("enough");
      run.advance();
      all.of(run, "bob").abort("enough!");
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      all.of(run, "bob").panic("nora has left");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.PANICKED);
      assertThat(RunText.failure(run.record())).contains("remains   'one'");
    }
  }

  /** go-gitea/gitea#7680: who is in two teams counts twice. */
  @Test
  void who_holds_both_roles_is_one_person() {
    Approval both = approval("go?").by(one(SENIOR), one(OWNER)).validFor(ofHours(1)).named(STEP);
    try (Run run = all.start(both, change("one"))) {
      run.advance();
      all.yes(run, "ada", SENIOR);
      all.yes(run, "ada", OWNER);
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(all.done()).isEmpty();
    }
  }

  /** pingdotgg/t3code#7776: agreed to, changed, and the old consent lands the new work. */
  @Test
  void what_was_agreed_to_is_what_is_done() {
    Run first = all.start(approved(), change("one"));
    first.advance();
    all.yes(first, "bob", SENIOR);
    first.close();
    Change other =
        inOneTransaction(sql("insert into done values ('two')"))
            .named("one")
            .cannotBeUndone("another");
    assertThatThrownBy(() -> all.resume(first, approved(), other)).hasMessageContaining("plan");
    assertThat(all.done()).isEmpty();
  }

  /** tinyhumansai/opencompany#1143: parked before a restart, and nobody is asked any more. */
  @Test
  void who_is_asked_is_asked_behind_a_restart_too() {
    Run first = all.start(approved(), change("one"));
    first.advance();
    first.close();
    RunRecord read = Mailbox.of(first.journal()).record();
    assertThat(StatusText.of(read, first.journal()))
        .contains("may say   senior engineer: ada, bob");
    try (Run second = all.resume(first, approved(), change("one"))) {
      assertThat(status(second)).contains("may say   senior engineer: ada, bob");
      all.yes(second, "bob", SENIOR);
      assertThat(second.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  /** respawn-llc/kent#780: agreed to, it cannot begin, and is told to wait for consent. */
  @Test
  void what_was_agreed_to_and_fails_at_once_waits_for_nobody() throws Exception {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.beside("drop table done");
      all.yes(run, "bob", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(status(run)).doesNotContain("may say").doesNotContain("waits");
      assertThat(RunText.failure(run.record())).contains("a gate stayed closed");
    }
  }

  /**
   * trstringer/manual-approval#106: who started it answers, and nothing says why nothing happens.
   */
  @Test
  void who_started_it_and_agrees_is_told_that_it_does_not_count() throws Exception {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      Receipt sent = all.yes(run, "mallory", SENIOR);
      run.advance();
      Receipt told = all.of(run, "mallory").await(sent, Duration.ZERO);
      assertThat(told.refused().orElseThrow().text())
          .contains("mallory started or resumed the run, and cannot agree to it")
          .contains("fix       have somebody say it who neither started nor resumed the run");
    }
  }

  /** danmunn/redmine_dmsf#298: twice the same in one step, and nobody notices until it is stuck. */
  @Test
  void two_places_for_one_person_are_refused_while_planning() {
    all.people = People.of(all.keyed("mallory"), all.keyed("ada").as(SENIOR));
    Approval twice = approval("go?").by(one(SENIOR), one(SENIOR)).validFor(ofHours(1)).named(STEP);
    assertThatThrownBy(() -> all.start(twice)).hasMessageContaining("approval.too-few");
  }

  /** aergonaut/cody#73: listed more than once, and only the first counts. */
  @Test
  void nobody_is_named_twice() {
    assertThatThrownBy(() -> People.of(all.keyed("ada").as(SENIOR), all.keyed("ada").as(OWNER)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ada");
  }

  /** What nobody sees, or takes for another letter, makes no second person, and no second role. */
  @Test
  void a_name_that_looks_like_another_is_not_that_person() {
    assertThatThrownBy(() -> People.of(all.keyed("ada"), all.keyed("\u0430da")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> People.of(all.keyed("ada"), all.keyed("ada\u200b")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> People.of(all.keyed("ada\nbob")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> all.keyed("ada").as("senior\u00a0engineer"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nobody sees");
    assertThat(all.keyed("Дмитрий").as("дежурный").name()).isEqualTo("Дмитрий");
    assertThat(all.keyed("Élodie O'Neill").name()).isEqualTo("Élodie O'Neill");
  }
}
