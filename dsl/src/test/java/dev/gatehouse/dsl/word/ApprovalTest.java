package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.atLeast;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.ramp;
import static dev.gatehouse.dsl.GatehouseOperations.signOff;
import static dev.gatehouse.dsl.GatehouseOperations.waitTimer;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Question;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Approval;
import dev.gatehouse.dsl.ramp.Flag;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApprovalTest {
  private static final String SENIOR = "senior engineer";
  private static final String OWNER = "product owner";

  @TempDir Path directory;
  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  private static Approval approved() {
    return approval("restore production?")
        .by(atLeast(2, SENIOR), one(OWNER))
        .validFor(ofHours(12))
        .named(STEP);
  }

  private static List<String> roles(Tick tick) {
    return ((Tick.NeedsInput) tick).questions().stream().map(Question::role).toList();
  }

  @Test
  void people_agree_by_letters_and_the_run_goes_on() {
    try (Run run = all.start(approved(), change("one"))) {
      assertThat(roles(run.advance())).containsExactly(SENIOR, SENIOR, OWNER);
      all.yes(run, "ada", SENIOR);
      all.yes(run, "bob", SENIOR);
      assertThat(roles(run.advance())).containsExactly(OWNER);
      assertThat(all.done()).isEmpty();
      assertThat(run.record().step(STEP).orElseThrow().reason())
          .startsWith("1 more product owner (has ")
          .contains("ada, senior engineer")
          .contains("bob, senior engineer")
          .doesNotContain("2026-", "key:");
      all.yes(run, "carol", OWNER);

      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(all.done()).containsExactly("one");
      assertThat(run.record().step(STEP).orElseThrow().evidence().orElseThrow().facts())
          .containsKeys("ada", "bob", "carol")
          .containsEntry("valid until", "2026-11-21T22:00:00Z");
      assertThat(Assembly.refused(run)).isEmpty();
    }
  }

  /** ada said both; as product owner she would leave the second senior's seat to nobody. */
  @Test
  void a_person_with_two_roles_takes_the_place_that_only_they_can() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.yes(run, "ada", OWNER);
      all.yes(run, "ada", SENIOR);
      all.yes(run, "bob", SENIOR);
      assertThat(roles(run.advance())).hasSize(1);
      assertThat(all.done()).isEmpty();
      all.yes(run, "carol", OWNER);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(all.done()).containsExactly("one");
    }
  }

  @Test
  void one_person_fills_one_place_however_often_they_agree() {
    Approval two = approval("go?").by(atLeast(2, SENIOR)).validFor(ofHours(1)).named(STEP);
    try (Run run = all.start(two, change("one"))) {
      run.advance();
      all.yes(run, "ada", SENIOR);
      all.yes(run, "ada", SENIOR);
      assertThat(roles(run.advance())).containsExactly(SENIOR);
      assertThat(all.done()).isEmpty();
    }
  }

  /** Where the runbook names nobody, the host's spelling is all that there is. */
  @Test
  void one_person_in_two_spellings_fills_one_place() {
    Approval two = approval("go?").by(atLeast(2, SENIOR)).validFor(ofHours(1)).named(STEP);
    Runbook book = runbook("words", gate("agreed", two), gate("changed", change("one")));
    try (Run run = all.runner().start(Plan.of(book, all.shop, all.clock))) {
      run.advance();
      run.say(STEP, "ada", SENIOR, true, "");
      run.say(STEP, " ADA", SENIOR, true, "");
      assertThat(roles(run.advance())).containsExactly(SENIOR);
      assertThatThrownBy(() -> run.say(STEP, "Mallory ", SENIOR, true, ""))
          .hasMessageContaining("code      word.initiator");
      assertThat(all.done()).isEmpty();
      run.say(STEP, "bob", SENIOR, true, "");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  @Test
  void who_starts_or_resumes_the_run_does_not_agree_to_it_in_any_role() {
    Approval any = approval("go?").by(one("everyone")).validFor(ofHours(1)).named(STEP);
    Step[] steps = {any, change("one")};
    Run first = all.start(steps);
    first.advance();
    all.yes(first, "mallory", "everyone");
    all.of(first, "mallory").yes(STEP, SENIOR, "");
    first.advance();
    assertThat(Assembly.refused(first)).containsExactly("word.initiator", "word.initiator");
    first.close();
    try (Run second =
        all.runner().startedBy("bob").resume(all.book(steps), all.shop, first.journal())) {
      second.advance();
      all.yes(second, "bob", "everyone");
      second.advance();
      assertThat(Assembly.refused(second)).hasSize(3).last().isEqualTo("word.initiator");
      all.yes(second, "nora", "everyone");
      assertThat(second.advance()).isInstanceOf(Tick.Done.class);
    }
    assertThat(all.done()).containsExactly("one");
  }

  /** A yes that was counted is worth nothing once its sender drives the run. */
  @Test
  void a_word_said_before_its_sender_resumed_the_run_does_not_count() {
    Approval one =
        approval("go?").by(one(SENIOR)).validFor(ofHours(1)).notBefore(ofMinutes(5)).named(STEP);
    Step[] steps = {one, change("one")};
    Run first = all.start(steps);
    first.advance();
    all.yes(first, "bob", SENIOR);
    assertThat(first.advance()).isInstanceOf(Tick.WakeAt.class);
    first.close();
    all.clock.advance(ofMinutes(6));
    try (Run second =
        all.runner().startedBy("bob").resume(all.book(steps), all.shop, first.journal())) {
      assertThat(roles(second.advance())).containsExactly(SENIOR);
      assertThat(all.done()).isEmpty();
    }
  }

  @Test
  void one_no_fails_the_run_and_undoes_what_came_before() {
    try (Run run = all.start(change("one"), approved(), change("two"))) {
      run.advance();
      all.yes(run, "ada", SENIOR);
      all.of(run, "carol").no(STEP, OWNER, "month's end is today");
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(all.done()).isEmpty();
      assertThat(RunText.failure(run.record()))
          .startsWith(
              """
              gate 'gate of restore approved' did not open: 'restore approved' was declined by carol (product owner)
              """
                  .strip())
          .contains("found     month's end is today")
          .contains("code      approval.vetoed");
    }
  }

  @Test
  void a_veto_comes_in_time_until_the_first_effect_behind_it() {
    Approval one = approval("go?").by(one(SENIOR)).validFor(ofHours(9)).named(STEP);
    try (Run run = all.start(one, waitTimer(ofMinutes(5)), change("two"))) {
      run.advance();
      all.yes(run, "bob", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.WakeAt.class);
      all.of(run, "ada").no(STEP, SENIOR, "stop");
      all.clock.advance(ofMinutes(5));
      assertThat(run.toEnd().state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(all.done()).isEmpty();
    }
  }

  @Test
  void a_veto_after_an_effect_is_late_and_told_to_be_an_abort() {
    Approval one = approval("go?").by(one(SENIOR)).validFor(ofHours(9)).named(STEP);
    try (Run run = all.start(one, change("two"), waitTimer(ofMinutes(5)), change("three"))) {
      run.advance();
      all.yes(run, "bob", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.WakeAt.class);
      all.of(run, "ada").no(STEP, SENIOR, "stop");
      run.advance();
      assertThat(Assembly.refused(run)).containsExactly("word.late");
      all.of(run, "ada").abort("stop");
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
    }
  }

  @Test
  void a_word_lapses_and_must_be_said_again() {
    try (Run run = all.start(approved(), change("one"))) {
      run.advance();
      all.yes(run, "ada", SENIOR);
      Tick.NeedsInput waits = (Tick.NeedsInput) run.advance();
      assertThat(waits.lookAgain()).contains(Instant.parse("2026-11-21T22:00:00Z"));
      all.clock.advance(ofHours(12));
      assertThat(roles(run.advance())).containsExactly(SENIOR, SENIOR, OWNER);
      all.yes(run, "bob", SENIOR);
      all.yes(run, "carol", OWNER);
      assertThat(roles(run.advance())).containsExactly(SENIOR);
      assertThat(all.done()).isEmpty();
    }
  }

  @Test
  void a_word_that_lapses_before_the_commit_rolls_the_transaction_back() {
    Approval one = approval("go?").by(one(SENIOR)).validFor(ofHours(1)).named(STEP);
    Change slow =
        inOneTransaction(
                sql("insert into done values ('slow')"),
                dev.gatehouse.core.model.NamedCheck.of(
                    "an hour of index building",
                    reading -> List.of("an hour passes"),
                    reading -> {
                      all.clock.advance(ofHours(1));
                      return dev.gatehouse.core.outcome.Outcome.passed(reading.evidence());
                    }))
            .named("slow")
            .cannotBeUndone("test");
    try (Run run = all.start(one, slow)) {
      run.advance();
      all.yes(run, "bob", SENIOR);
      assertThat(run.toEnd().state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(all.done()).isEmpty();
      assertThat(run.record().step("slow").orElseThrow().findings().get(0).code())
          .isEqualTo("check.lapsed");
    }
  }

  @Test
  void an_approval_that_lapsed_between_two_effects_is_asked_again() {
    Approval one = approval("go?").by(one(SENIOR)).validFor(ofHours(1)).named(STEP);
    try (Run run = all.start(one, change("one"), waitTimer(ofHours(2)), change("two"))) {
      run.advance();
      all.yes(run, "bob", SENIOR);
      run.advance();
      all.clock.advance(ofHours(2));
      assertThat(roles(run.advance())).containsExactly(SENIOR);
      assertThat(all.done()).containsExactly("one");
      all.yes(run, "ada", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(all.done()).containsExactly("one", "two");
    }
  }

  @Test
  void what_is_typed_names_the_live_database() {
    Approval typed =
        approval("go?").by(one(SENIOR)).validFor(ofHours(1)).typing("RESTORE").named(STEP);
    String right = "RESTORE main on " + directory.resolve("shop.db").toAbsolutePath();
    try (Run run = all.start(typed, change("one"))) {
      assertThat(run.record().outline().steps().get(0).preview()).contains("each types: " + right);
      run.advance();
      all.of(run, "bob").yes(STEP, SENIOR, "RESTORE");
      all.of(run, "ada").yes(STEP, SENIOR, "RESTORE main");
      assertThat(((Tick.NeedsInput) run.advance()).questions().get(0).text())
          .isEqualTo("go? (type: " + right + ")");
      assertThat(Assembly.refused(run)).containsExactly("word.text", "word.text");
      all.of(run, "bob").yes(STEP, SENIOR, right);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  @Test
  void timers_count_from_their_turn_through_a_crash() {
    Step[] steps = {
      waitTimer(ofMinutes(5)), change("one"), waitTimer(ofMinutes(10)), change("two")
    };
    Run first = all.start(steps);
    assertThat(first.advance())
        .isEqualTo(new Tick.WakeAt(Instant.parse("2026-11-21T10:05:00Z"), "wait timer of 5m"));
    first.close();
    all.clock.advance(ofMinutes(4));
    try (Run second = all.resume(first, steps)) {
      assertThat(second.advance())
          .isEqualTo(new Tick.WakeAt(Instant.parse("2026-11-21T10:05:00Z"), "wait timer of 5m"));
      all.clock.advance(ofMinutes(1));
      assertThat(second.advance())
          .isEqualTo(new Tick.WakeAt(Instant.parse("2026-11-21T10:15:00Z"), "wait timer of 10m"));
      all.clock.advance(ofMinutes(10));
      assertThat(second.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  /** And a ramp behind them; counted is the time of this thread, whatever else the machine does. */
  @Test
  void seven_days_of_waiting_take_less_than_a_second_of_test() throws Exception {
    Approval week =
        signOff("promotion complete")
            .by(one(SENIOR), one(OWNER))
            .validFor(ofDays(8))
            .notBefore(ofMinutes(10))
            .named(STEP);
    Path flag = java.nio.file.Files.writeString(directory.resolve("ingest"), "0");
    List<Gate> gates = new java.util.ArrayList<>();
    for (Step step : List.of(waitTimer(ofMinutes(5)), week, change("one"))) {
      gates.add(gate("gate of " + step.name(), step));
    }
    gates.addAll(
        ramp(Flag.file("ingest", flag))
            .from(0)
            .to(10)
            .soaking(ofMinutes(30))
            .to(50)
            .soaking(ofHours(1))
            .to(100)
            .watching(noRows("select 1 from done where what = 'error'"))
            .every(ofMinutes(2))
            .gates());
    var book =
        runbook("week", gates.get(0), gates.subList(1, gates.size()).toArray(Gate[]::new))
            .decidedBy(all.people);
    var thread = java.lang.management.ManagementFactory.getThreadMXBean();
    long began = System.nanoTime();
    long cpu = thread.getCurrentThreadCpuTime();
    try (Run run = all.runner().start(Plan.of(book, all.shop, all.clock))) {
      run.advance();
      all.clock.advance(ofMinutes(5));
      run.advance();
      for (int hour = 0; hour < 7 * 24; hour++) {
        all.clock.advance(ofHours(1));
        assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
        if (hour == 80) {
          all.yes(run, "bob", SENIOR);
        }
      }
      all.yes(run, "carol", OWNER);
      Tick tick = run.advance();
      assertThat(java.time.Duration.ofNanos(System.nanoTime() - began)).isLessThan(ofSeconds(5));
      assertThat(Assembly.count(run, "WAITING")).isEqualTo(4);
      while (tick instanceof Tick.WakeAt wake) {
        all.clock.set(wake.moment());
        tick = run.advance();
      }
      assertThat(tick).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThat(flag).hasContent("100");
    long used = thread.getCurrentThreadCpuTime() - cpu;
    System.out.printf("a week, a timer and a ramp: %d ms of CPU%n", used / 1_000_000);
    assertThat(java.time.Duration.ofNanos(used)).isLessThan(ofSeconds(1));
  }

  @Test
  void roles_that_nobody_can_fill_are_refused_before_anything_begins() {
    Approval chairman = approval("go?").by(one("chairman")).validFor(ofHours(1));
    assertThatThrownBy(() -> all.start(chairman, change("one")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("nobody is chairman")
        .hasMessageContaining("fix       give somebody the role: person(\"name\").as(\"chairman\")")
        .hasMessageContaining("code      approval.nobody");
    Approval three = approval("go?").by(atLeast(3, OWNER), one(SENIOR)).validFor(ofHours(1));
    assertThatThrownBy(() -> all.start(three, change("one")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("only who starts the run could agree to 'go?'")
        .hasMessageContaining("code      approval.initiator");
    Approval five = approval("go?").by(atLeast(5, OWNER)).validFor(ofHours(1));
    assertThatThrownBy(() -> all.start(five)).hasMessageContaining("code      approval.too-few");
    Approval fine = approval("go?").by(one(OWNER)).validFor(ofHours(1));
    assertThatThrownBy(
            () ->
                all.runner()
                    .startedBy("cron")
                    .start(dev.gatehouse.core.run.Plan.of(all.book(fine), all.shop, all.clock)))
        .hasMessageContaining("nobody knows who starts the run")
        .hasMessageContaining("code      approval.initiator-unknown");
    assertThat(all.journals).doesNotExist();
  }
}
