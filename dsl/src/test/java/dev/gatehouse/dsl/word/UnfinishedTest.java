package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.word.Assembly.SENIOR;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.approved;
import static dev.gatehouse.dsl.word.Assembly.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.StatusText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.core.run.Unfinished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that wait are found by a service that was started again, and not begun a second time. */
class UnfinishedTest {
  @TempDir Path directory;
  Assembly all;
  Runbook book;

  @BeforeEach
  void make() throws Exception {
    all = new Assembly(directory);
    book = all.book(approved(), change("one"));
  }

  private Plan plan(Runbook runbook) {
    return Plan.of(runbook, all.shop, all.clock);
  }

  private Path parked() {
    try (Run run = all.runner().start(plan(book))) {
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      return run.journal();
    }
  }

  @Test
  void a_run_that_waits_is_found_and_goes_on() {
    assertThat(all.runner().unfinished()).isEmpty();
    Path journal = parked();
    Unfinished waits = all.runner().unfinished().get(0);
    assertThat(waits.journal()).isEqualTo(journal);
    assertThat(waits.record().orElseThrow().state()).isEqualTo(RunState.WAITING);
    assertThat(waits.record().orElseThrow().waitsFor()).isEqualTo("1 more senior engineer");
    try (Run run = all.runner().resume(book, all.shop, waits.journal())) {
      assertThat(all.runner().unfinished()).as("it is driven").hasSize(1);
      all.yes(run, "ada", SENIOR);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
    assertThat(all.runner().unfinished()).isEmpty();
    assertThat(all.done()).containsExactly("one");
  }

  @Test
  void a_second_run_of_the_same_runbook_is_refused_and_leaves_nothing() {
    Path journal = parked();
    Plan plan = plan(book);
    assertThatThrownBy(() -> all.runner().start(plan))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a run of 'words' on 'shop' has not ended")
        .hasMessageContaining("is WAITING: " + journal)
        .hasMessageContaining("runner.resume(runbook, target, Path.of(\"" + journal + "\"))");
    assertThat(all.runner().unfinished()).hasSize(1);
    try (Run another = all.runner().startAnother(plan(book))) {
      another.advance();
      assertThat(all.runner().unfinished()).hasSize(2);
    }
  }

  @Test
  void what_has_ended_and_what_is_of_another_runbook_refuses_nothing() {
    Path journal = parked();
    Runbook other = new Runbook("other", book.gates(), List.of()).decidedBy(all.people);
    try (Run run = all.runner().start(plan(other))) {
      run.advance();
    }
    try (Run run = all.runner().resume(book, all.shop, journal)) {
      all.of(run, "ada").no(STEP, SENIOR, "not today");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
    try (Run run = all.runner().start(plan(book))) {
      run.advance();
    }
    assertThat(all.runner().unfinished()).hasSize(2);
  }

  /** What a step reports may look like the end of a run. */
  @Test
  void a_run_that_speaks_of_an_end_has_not_ended() {
    try (Run run =
        all.runner()
            .start(plan(all.book(change("\"type\":\"CLOSED\"}"), approved(), change("one"))))) {
      run.advance();
    }
    assertThat(all.runner().unfinished()).hasSize(1);
  }

  @Test
  void a_journal_that_cannot_be_read_is_told() throws Exception {
    Path journal = parked();
    Files.writeString(journal.resolveSibling("torn.journal"), "{");
    Files.createDirectory(journal.resolveSibling("odd.journal"));
    assertThat(all.runner().unfinished())
        .extracting(one -> one.record().isPresent() + " " + one.problem().isEmpty())
        .containsExactlyInAnyOrder("true true", "false false");
  }

  /** As a kill leaves it: the lease is free, nobody has the journal open, the effect committed. */
  private Path killed(Runbook of, String point) {
    Path[] journal = new Path[1];
    try (Run run =
        all.runner()
            .withPoints(
                reached -> {
                  if (reached.equals(point)) {
                    throw new AssertionError("killed");
                  }
                })
            .start(plan(of))) {
      journal[0] = run.journal();
      assertThatThrownBy(run::toEnd).hasMessage("killed");
    }
    return journal[0];
  }

  /** What the dead run made is in the way of its own runbook. */
  private Check nothingDone() {
    return NamedCheck.of(
        "nothing is done",
        reading -> {
          if (!all.done().isEmpty()) {
            throw new Refusal(Finding.of("test.there", "it is there already").withFix("drop it"));
          }
          return List.of();
        },
        reading -> Outcome.passed(reading.evidence()));
  }

  @Test
  void a_killed_run_is_named_first_where_what_it_made_keeps_it_from_being_planned() {
    book = all.book(nothingDone(), change("one"));
    Path journal = killed(book, "one:committed");
    assertThat(all.done()).containsExactly("one");
    assertThatThrownBy(() -> all.runner().plan(book, all.shop))
        .isInstanceOfSatisfying(
            Refusal.class,
            refused ->
                assertThat(refused.findings())
                    .extracting(Finding::code)
                    .containsExactly("run.unfinished", "test.there"))
        .hasMessageContaining("was RUNNING, and nobody drives it: " + journal)
        .hasMessageContaining("runner.resume(runbook, target, Path.of(\"" + journal + "\"))");
  }

  @Test
  void a_second_run_is_refused_while_a_killed_one_has_left_something() {
    book = all.book(change("one"));
    Path journal = killed(book, "one:committed");
    Plan plan = all.runner().plan(book, all.shop);
    assertThatThrownBy(() -> all.runner().start(plan))
        .hasMessageContaining("was RUNNING, and nobody drives it: " + journal);
    try (Run run = all.runner().resume(book, all.shop, journal)) {
      assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
    all.runner().start(all.runner().plan(book, all.shop)).close();
  }

  /** A backup that was killed at night must not keep the next one from being made. */
  @Test
  void one_that_left_nothing_in_the_target_refuses_nothing() {
    book = all.book(change("one"));
    killed(book, "one:lease.verified");
    all.runner().start(all.runner().plan(book, all.shop)).close();
  }

  @Test
  void a_killed_run_is_not_said_to_be_going_on() {
    book = all.book(change("one"));
    Path journal = killed(book, "one:committed");
    RunRecord left = all.runner().unfinished().get(0).record().orElseThrow();
    for (String text : List.of(StatusText.of(left, journal), StatusText.line(left, journal))) {
      assertThat(text)
          .contains("has not ended: it was going on when it was left, and nobody drives it")
          .doesNotContain("is going on");
    }
  }
}
