package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.report.StatusText;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Approval;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a person can take back: asked of them by name, and answered by letter. */
class UndoneByPeopleTest {
  private static final String SENIOR = "senior engineer";
  static final Change BY_HAND =
      inOneTransaction(sql("insert into done values ('one')"))
          .named("one")
          .undoneBy(acknowledge("delete it by hand").by("reader"));

  @TempDir Path directory;
  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  private static Approval approved() {
    return approval("go?").by(one(SENIOR)).validFor(ofHours(1)).named(STEP);
  }

  /** Aborted while it waits for an approval behind the change. */
  private Run stopped() {
    Run run = all.start(BY_HAND, approved());
    run.advance();
    all.of(run, "bob").abort("wrong orders");
    assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
    return run;
  }

  @Test
  void a_letter_says_that_it_was_taken_back() {
    try (Run run = stopped()) {
      all.of(run, "nora").yes("one", "reader", "deleted it");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(run.record().step("one").orElseThrow().answers()).hasSize(1);
      assertThat(run.record().remarks())
          .extracting(remark -> remark.text())
          .containsExactly("bob ABORT: wrong orders", "nora confirmed the undo of 'one'");
    }
  }

  @Test
  void a_letter_says_that_it_could_not_be_taken_back() {
    try (Run run = stopped()) {
      all.of(run, "nora").no("one", "reader", "it is locked");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.NOT_UNDONE);
    }
  }

  @Test
  void the_status_has_the_command_for_it_and_none_for_what_is_asked_no_more() {
    try (Run run = stopped()) {
      assertThat(StatusText.of(run.record(), Path.of("j")))
          .contains("waits     undo of 'one'", ": delete it by hand")
          .contains("may say   reader: nora")
          .contains("examples/run say j --step one --as nora --key 'DIRECTORY OF THE KEY'")
          .contains("stop      examples/run panic j ")
          .doesNotContain(STEP)
          .doesNotContain("run abort");
      assertThat(RunText.failure(run.record()))
          .contains("run.answer(\"one\", who, role, true, text)")
          .doesNotContain("let it go on");
    }
  }

  @Test
  void nobody_is_asked_any_more_for_what_the_run_will_not_do() {
    try (Run run = stopped()) {
      assertThatThrownBy(() -> all.yes(run, "bob", SENIOR)).hasMessageContaining("word.step");
      assertThatThrownBy(() -> all.of(run, "bob").no(STEP, SENIOR, ""))
          .hasMessageContaining("word.step");
      assertThat(run.record().step(STEP).orElseThrow().state()).isEqualTo(StepState.PENDING);
    }
  }

  @Test
  void others_do_not_answer_in_their_place() {
    try (Run run = stopped()) {
      all.of(run, "bob").yes("one", "reader", "");
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(Assembly.refused(run)).containsExactly("word.role");
    }
  }

  @Test
  void an_undo_that_nobody_may_do_is_refused_while_planning() {
    Change nobodys =
        inOneTransaction(sql("insert into done values ('one')"))
            .named("one")
            .undoneBy(acknowledge("delete it by hand").by("archivist"));
    assertThatThrownBy(() -> all.start(nobodys)).hasMessageContaining("nobody is archivist");
  }

  /** A letter may come at any time, so the run goes on by itself. */
  @Test
  void it_looks_again_for_letters() {
    try (Run run = stopped()) {
      assertThat(((Tick.NeedsInput) run.advance()).lookAgain()).isPresent();
    }
  }

  @Test
  void a_resume_asks_the_same_question_and_reads_what_was_answered_meanwhile() {
    Run first = stopped();
    first.close();
    all.of(first, "nora").yes("one", "reader", "deleted it");
    try (Run second = all.resume(first, BY_HAND, approved())) {
      assertThat(second.advance()).isInstanceOf(Tick.Done.class);
      assertThat(second.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(Assembly.count(second, "INTENT")).isEqualTo(2);
      assertThat(RunText.failure(second.record())).doesNotContain("in doubt");
    }
  }

  /** Before 30 November nothing stood behind the intent, or a wait without step and needs. */
  @Test
  void killed_before_its_question_a_run_is_not_in_doubt() {
    try (Run run = stopped()) {
      List<Entry> before = new ArrayList<>(Assembly.entries(run));
      Entry leased =
          before.stream().filter(one -> one.type().equals("LEASED")).findFirst().orElseThrow();
      before.removeIf(one -> one.type().equals("WAITING") && one.seq() > undoes(run).seq());
      RunRecord crashed = RunRecord.of(before).orElseThrow();
      crashed.add(leased);
      assertThat(crashed.step("one").orElseThrow().state()).isEqualTo(StepState.UNDOING);
      assertThat(crashed.state()).isEqualTo(RunState.UNDOING);
    }
  }

  private static Entry undoes(Run run) {
    return Assembly.entries(run).stream()
        .filter(one -> Boolean.TRUE.equals(one.body().get("undo")))
        .findFirst()
        .orElseThrow();
  }
}
