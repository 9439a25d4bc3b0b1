package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.atLeast;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.word.Assembly.SENIOR;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.approved;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.letter.Receipt;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Approval;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of other tools reported about their approvals, tried here. */
class ReportedElsewhereTest {
  @TempDir Path directory;
  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  /** LanternOps/breeze#3090: it is said to be done later, and by then the word has lapsed. */
  @Test
  void an_abort_that_lay_for_weeks_is_obeyed() {
    Run first = all.start(change("one"), approved(), change("two"));
    first.advance();
    first.close();
    all.of(first, "nora").abort("enough");
    all.clock.advance(Duration.ofDays(40));
    try (Run second = all.resume(first, change("one"), approved(), change("two"))) {
      assertThat(second.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(all.done()).isEmpty();
    }
  }

  /** tinyhumansai/opencompany#1449: too late, told to have been done, and journaled as granted. */
  @Test
  void a_yes_that_came_too_late_is_told_so_and_is_no_word() throws Exception {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      Receipt sent = all.yes(run, "bob", SENIOR);
      all.clock.advance(ofHours(25));
      run.advance();
      Receipt told = all.of(run, "bob").await(sent, Duration.ZERO);
      assertThat(told.counts()).isFalse();
      assertThat(told.refused().orElseThrow().code()).isEqualTo("word.expires");
      assertThat(run.record().step(STEP).orElseThrow().words()).isEmpty();
    }
  }

  /** sipyourdrink-ltd/bernstein#5051: a wait that ran out is recorded as granted. */
  @Test
  void nobody_answers_for_ever_and_nothing_is_granted() {
    try (Run run = all.start(approved(), change("one"))) {
      for (int day = 0; day < 30; day++) {
        assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
        all.clock.advance(Duration.ofDays(1));
      }
      assertThat(all.done()).isEmpty();
    }
  }

  /** superplanehq/superplane#1785: "any" twice, and one person takes both places. */
  @Test
  void anybody_twice_is_two_people() {
    Approval any = approval("go?").by(atLeast(2, "everyone")).validFor(ofHours(1)).named(STEP);
    try (Run run = all.start(any, change("one"))) {
      run.advance();
      all.yes(run, "ada", "everyone");
      run.advance();
      all.yes(run, "ada", "everyone");
      assertThat(((Tick.NeedsInput) run.advance()).questions()).hasSize(1);
      all.yes(run, "mallory", "everyone");
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      all.yes(run, "nora", "everyone");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  /** mergeability/mergeable#183: the same name in capitals. Whoever starts a run is left out. */
  @Test
  void who_starts_it_in_capitals_does_not_agree_to_it() {
    all.people =
        People.of(
            all.keyed("ada").as(SENIOR), all.keyed("bob").as(SENIOR).knownAs("Bob-B"), mallory());
    try (Run run =
        all.runner()
            .startedBy("BOB-b")
            .start(Plan.of(all.book(approved(), change("one")), all.shop, all.clock))) {
      run.advance();
      all.yes(run, "bob", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(Assembly.refused(run)).containsExactly("word.initiator");
      all.yes(run, "ada", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  /** The same where nobody is named, and the host vouches. */
  @Test
  void who_starts_it_does_not_agree_to_it_by_the_host_in_other_letters() {
    var book =
        new dev.gatehouse.core.model.Runbook(
            "words", all.book(approved(), change("one")).gates(), List.of());
    try (Run run = all.runner().startedBy("mallory").start(Plan.of(book, all.shop, all.clock))) {
      run.advance();
      assertThatThrownBy(() -> run.say(STEP, "Mallory", SENIOR, true, ""))
          .hasMessageContaining("word.initiator");
      run.say(STEP, "bob", SENIOR, true, "");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  private dev.gatehouse.core.model.Person mallory() {
    return all.keyed("mallory").knownAs(System.getProperty("user.name"));
  }

  /** gravitational/teleport#13416: another door, to which the rule does not hold. */
  @Test
  void no_other_verb_agrees_in_the_place_of_those_who_must() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      assertThatThrownBy(() -> run.answer(STEP, "mallory", SENIOR, true, ""))
          .hasMessageContaining("word.sig");
      assertThatThrownBy(() -> run.say(STEP, "mallory", SENIOR, true, ""))
          .hasMessageContaining("word.sig");
      all.of(run, "mallory").accept(STEP, "fine");
      all.of(run, "mallory").resolve(STEP, dev.gatehouse.core.model.ProbeResult.Kind.APPLIED, "");
      all.of(run, "mallory").confirm(STEP, "fine");
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(Assembly.refused(run)).hasSize(4);
      assertThat(all.done()).isEmpty();
    }
  }

  /** octodemo/pr-gatekeeper#30: who approved once and took it back is taken for agreeing. */
  @Test
  void who_agreed_and_then_declines_has_declined() {
    Approval two = approval("go?").by(atLeast(2, SENIOR)).validFor(ofHours(1)).named(STEP);
    try (Run run = all.start(change("one"), two, change("two"))) {
      run.advance();
      all.yes(run, "bob", SENIOR);
      run.advance();
      all.of(run, "bob").no(STEP, SENIOR, "I looked again");
      all.yes(run, "ada", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
  }

  /** concourse/concourse#482: what is paused cannot be aborted for good. */
  @Test
  void what_was_paused_and_left_is_aborted() {
    Run first = all.start(change("one"), approved(), change("two"));
    first.advance();
    all.of(first, "nora").pause("lunch");
    assertThat(first.advance()).isInstanceOf(Tick.Paused.class);
    first.close();
    all.of(first, "nora").abort("enough");
    try (Run second = all.resume(first, change("one"), approved(), change("two"))) {
      assertThat(second.toEnd().state()).isEqualTo(RunState.UNDONE);
    }
  }

  /** ansible/awx#13465: what timed out still takes an answer. Here it is asked anew, and told. */
  @Test
  void a_run_that_was_declined_takes_no_answer_any_more() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.of(run, "bob").no(STEP, SENIOR, "no");
      run.advance();
      assertThatThrownBy(() -> all.yes(run, "ada", SENIOR))
          .hasMessageMatching("(?s).*code      (run.ended|word.step)");
      assertThat(all.done()).isEmpty();
    }
  }

  /** ibm-mas/cli#1214: said before its time, it is lost without a word, or counts for another. */
  @Test
  void a_yes_before_its_time_is_refused_to_the_sender() {
    Approval later =
        approval("later?").by(one(SENIOR)).validFor(ofHours(1)).notBefore(ofMinutes(1));
    try (Run run = all.start(approved(), later, change("one"))) {
      run.advance();
      assertThatThrownBy(() -> all.of(run, "bob").yes("later?", SENIOR, ""))
          .hasMessageContaining("word.early");
    }
  }
}
