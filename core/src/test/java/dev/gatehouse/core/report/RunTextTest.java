package dev.gatehouse.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import dev.gatehouse.core.outcome.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunTextTest {

  @Test
  void a_run_that_succeeded_needs_one_line_only() {
    RunRecord run =
        Story.recoverable()
            .applied(Story.WIDEN)
            .applied(Story.PURGE)
            .opened("Applied")
            .closed("SUCCEEDED")
            .run();

    assertThat(RunText.recap(run))
        .isEqualTo(
            "RECAP  restore shop  SUCCEEDED  passed=1 made=1 changed=2 answered=1 skipped=0"
                + " failed=0 undone=0 waiting=0  1m22s");
    assertThat(RunText.failure(run)).isEmpty();
  }

  @Test
  void a_closed_gate_says_why_and_that_nothing_was_left_behind() {
    RunRecord run =
        Story.begun()
            .applied(Story.BACK_UP)
            .checked(Story.FRESH, "FAILED", Story.stale())
            .closed("FAILED_CLEAN")
            .run();

    assertThat(RunText.recap(run))
        .isEqualTo(
            "RECAP  restore shop  FAILED_CLEAN  passed=0 made=1 changed=0 skipped=0 failed=1 undone=0"
                + " waiting=0 not-run=3  5s");
    assertThat(RunText.failure(run))
        .isEqualTo(
            """
            gate 'Recoverable' did not open: the backup is too old
              target    shop (SQLite 3.54.1)
              expected  at most 15m
              found     2h03m
              fix       take it again: back up shop
              code      backup.stale

            runbook 'restore shop' ended FAILED_CLEAN: a gate stayed closed, and nothing was left behind
              target    shop (SQLite 3.54.1)
              run       r-1, plan sha256:4f1d
              kept      'back up shop', nothing to undo: the target stays as it is
              remains   nothing
              next      fix the cause, then plan and run again
              exit      3
            """);
  }

  @Test
  void a_half_done_change_that_was_undone_still_says_why_it_failed() {
    RunRecord run =
        Story.recoverable()
            .intent(Story.WIDEN)
            .outcome(Story.WIDEN, "FAILED_PARTIAL", Story.locked())
            .tell("STOPPING", Map.of("mode", "FAILED", "who", "gate 'Applied'", "why", "it failed"))
            .undone(Story.WIDEN)
            .closed("UNDONE")
            .run();

    assertThat(RunText.failure(run))
        .isEqualTo(
            """
            gate 'Applied' did not open: table orders is locked
              target    shop (SQLite 3.54.1)
              found     SQLITE_BUSY
                        by pid 77
              fix       end the session that holds it
              code      sql.locked

            runbook 'restore shop' ended UNDONE: a gate stayed closed, and each undo succeeded; as written, not compared: 'widen amount'
              target    shop (SQLite 3.54.1)
              run       r-1, plan sha256:4f1d
              undone    'widen amount', as written, not compared
              kept      'back up shop', nothing to undo: the target stays as it is
                        'dba signs', nothing to undo: an answer
              remains   not known of 'widen amount': its undo ran as written, and nothing compared what it left
              remarks   2026-11-21 08:01:16 UTC  bert confirmed 'dba signs'
              next      look whether shop is as it was before 'widen amount'
                        fix the cause, then plan and run again
              exit      3
            """);
  }

  @Test
  void what_remains_is_listed_last_first_with_the_sql_that_undoes_it() {
    RunRecord run =
        Story.recoverable()
            .applied(Story.WIDEN)
            .intent(Story.PURGE)
            .outcome(Story.PURGE, "FAILED_PARTIAL")
            .undoing(Story.WIDEN)
            .outcome(Story.WIDEN, "UNDO_FAILED", Story.locked())
            .closed("NOT_UNDONE")
            .run();

    assertThat(RunText.recap(run)).contains("failed=1 undone=0 waiting=0 undo-failed=1");
    assertThat(RunText.failure(run))
        .isEqualTo(
            """
            undo of 'widen amount' failed: table orders is locked
              target    shop (SQLite 3.54.1)
              found     SQLITE_BUSY
                        by pid 77
              fix       end the session that holds it
              code      sql.locked

            gate 'Applied' did not open: 'purge guests' failed, something left behind
              target    shop (SQLite 3.54.1)

            runbook 'restore shop' ended NOT_UNDONE: a gate stayed closed, and something that was applied remains
              target    shop (SQLite 3.54.1)
              run       r-1, plan sha256:4f1d
              kept      'back up shop', nothing to undo: the target stays as it is
                        'dba signs', nothing to undo: an answer
              remains   'purge guests', cannot be undone: the guests have left
                        'widen amount', can be undone by 'narrow amount'
                          ALTER TABLE orders DROP COLUMN amount2
              remarks   2026-11-21 08:01:16 UTC  bert confirmed 'dba signs'
              next      undo by hand what remains on shop, in this order, or leave it on purpose;
                        then fix the cause, plan and run again
              exit      4
            """);
  }

  @Test
  void half_of_a_change_that_needs_no_undo_remains_all_the_same() {
    RunRecord run =
        Story.begun()
            .intent(Story.BACK_UP)
            .outcome(Story.BACK_UP, "FAILED_PARTIAL")
            .closed("NOT_UNDONE")
            .run();

    assertThat(RunText.failure(run))
        .contains("\n  remains   'back up shop', nothing to undo")
        .doesNotContain("kept");
  }

  @Test
  void a_waiting_run_says_what_it_waits_for_and_until_when() {
    RunRecord run =
        Story.begun()
            .applied(Story.BACK_UP)
            .waiting(Story.FRESH, "2026-11-22T02:00:00Z", "window opens 02:00")
            .run();

    assertThat(RunText.failure(run))
        .isEqualTo(
            """
              waits     'backup is fresh': window opens 02:00, asked again at 2026-11-22 02:00:00 UTC
              run       r-1
              next      let it go on at 2026-11-22 02:00:00 UTC: run.toEnd()
                        elsewhere runner.resume(runbook, target, Path.of(JOURNAL)); examples/run status JOURNAL
            """);
    assertThat(RunText.failure(run, Path.of("/journals/r-1.journal")))
        .isEqualTo(
            """
              waits     'backup is fresh': window opens 02:00, asked again at 2026-11-22 02:00:00 UTC
              journal   /journals/r-1.journal
              next      let it go on at 2026-11-22 02:00:00 UTC: run.toEnd()
                        elsewhere runner.resume(runbook, target, Path.of(JOURNAL)); examples/run status JOURNAL
            """);
  }

  @Test
  void a_question_comes_with_the_call_that_answers_it() {
    RunRecord asked =
        Story.begun().tell("WAITING", Map.of("step", Story.SIGN, "reason", "May it start?")).run();
    RunRecord unsure =
        Story.begun()
            .checked(Story.FRESH, "INCONCLUSIVE", Story.stale())
            .tell("WAITING", Map.of("reason", "accept it?"))
            .run();
    RunRecord tripped =
        Story.begun()
            .guarded("no \"errors\"", "CONFIRM")
            .tell("WAITING", Map.of("reason", "go on?"))
            .run();

    assertThat(RunText.failure(asked))
        .contains("waits     'dba signs': May it start?\n")
        .contains("next      run.answer(\"dba signs\", who, role, true, text)\n");
    assertThat(RunText.failure(unsure))
        .startsWith("gate 'Recoverable' is not open: the backup is too old\n")
        .contains("next      run.accept(\"backup is fresh\", who, why) or run.abort(who, why)\n");
    assertThat(RunText.failure(tripped))
        .startsWith("guard 'no \"errors\"' tripped: its reaction is CONFIRM\n")
        .contains("next      run.confirm(\"no \\\"errors\\\"\", who) or run.abort(who, why)\n");
  }

  @Test
  void a_doubt_names_the_session_to_look_for_and_the_call_that_ends_it() {
    RunRecord run =
        Story.begun()
            .intent(Story.WIDEN)
            .tell("LEASED", Map.of())
            .tell(
                "RESOLVED",
                Map.of("step", Story.WIDEN, "state", "IN_DOUBT", "reason", "no marker found"))
            .run();

    assertThat(RunText.failure(run))
        .isEqualTo(
            """
            'widen amount' is in doubt: no marker found
              target    shop (SQLite 3.54.1)

            runbook 'restore shop' is IN_DOUBT: nobody can say what became of a step
              target    shop (SQLite 3.54.1)
              run       r-1, plan sha256:4f1d
              remains   perhaps 'widen amount', session pid 41
              remarks   2026-11-21 08:00:04 UTC  'widen amount' was in doubt: IN_DOUBT, because no marker found
              next      look at shop and say APPLIED, NOT_APPLIED or PARTIAL; until then nothing is
                        repeated and nothing undone
                        run.resolve("widen amount", truth, who, evidence)
              exit      6
            """);
  }

  @Test
  void a_panic_names_the_guard_and_all_that_it_left() {
    RunRecord run =
        Story.recoverable()
            .applied(Story.WIDEN)
            .guarded("no errors", "PANIC", Story.locked())
            .stopping("PANIC", "errors")
            .closed("PANICKED")
            .run();

    assertThat(RunText.failure(run))
        .startsWith("guard 'no errors' tripped: table orders is locked\n")
        .contains("ended PANICKED: stopped at once, nothing undone\n")
        .contains(
            """
              remains   'widen amount', can be undone by 'narrow amount'
                          ALTER TABLE orders DROP COLUMN amount2
              remarks   2026-11-21 08:01:16 UTC  bert confirmed 'dba signs'
                        2026-11-21 08:01:19 UTC  guard 'no errors' tripped: PANIC
                        2026-11-21 08:01:20 UTC  bert PANIC: errors
            """)
        .endsWith("exit      4\n");
  }

  @Test
  void a_panic_while_an_effect_was_under_way_says_that_it_perhaps_remains() {
    RunRecord run = Story.begun().intent(Story.WIDEN).closed("PANICKED").run();

    assertThat(RunText.failure(run)).contains("remains   perhaps 'widen amount', session pid 41\n");
  }

  @Test
  void a_paused_run_says_how_to_go_on_and_a_running_one_says_nothing() {
    Story story = Story.begun();
    assertThat(RunText.failure(story.run())).isEmpty();

    assertThat(RunText.failure(story.tell("PAUSED", Map.of("why", "deploy")).run()))
        .contains("is PAUSED: stopped before the next effect")
        .contains("remarks   2026-11-21 08:00:02 UTC  paused: deploy\n")
        .contains("next      let it go on: run.toEnd(), or run.abort(who, why)\n");
  }

  @Test
  void a_person_who_declined_is_named() {
    RunRecord run = Story.begun().answered(Story.SIGN, false).closed("FAILED_CLEAN").run();

    assertThat(RunText.failure(run))
        .startsWith("gate 'Applied' did not open: 'dba signs' failed, nothing left behind (bert)");
  }

  @Test
  void nothing_from_outside_reaches_the_terminal_as_a_command() {
    String bad = "a\u001b[2Jb\rc\nd\u202ee\u009bf\ud800";
    StepLine line = new StepLine(bad, "~", EffectClass.STATEMENT, List.of(bad), bad, List.of(bad));
    Outline outline =
        new Outline(
            bad,
            bad,
            new Fingerprint(bad, bad, bad, bad),
            List.of(new GateLine(bad, List.of(line))),
            List.of(bad));
    RunRecord run =
        Story.begun(outline)
            .guarded(bad, bad, new Finding(bad, bad, bad, bad, bad, List.of()))
            .intent(bad)
            .outcome(bad, "FAILED_PARTIAL", new Finding(bad, bad, bad, bad, bad, List.of()))
            .stopping(bad, bad)
            .closed("NOT_UNDONE")
            .run();

    String all = RunText.recap(run) + RunText.failure(run) + PlanText.of(outline, bad);

    assertThat(all.replace("\n", "").codePoints().filter(Plain::acts).count()).isZero();
    assertThat(all).contains("a\\u001b[2Jb\\u000dc\\u000ad\\u202ee\\u009bf\\ud800");
    assertThat(all.lines().filter(text -> text.startsWith("d"))).isEmpty();
  }
}
