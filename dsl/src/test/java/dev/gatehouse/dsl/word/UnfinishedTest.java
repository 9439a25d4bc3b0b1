package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.word.Assembly.SENIOR;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.approved;
import static dev.gatehouse.dsl.word.Assembly.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
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
}
