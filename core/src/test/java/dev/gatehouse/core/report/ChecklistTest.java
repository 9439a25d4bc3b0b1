package dev.gatehouse.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChecklistTest {

  @Test
  void a_blank_one_has_a_box_for_each_step_its_sql_and_lines_to_sign() {
    assertThat(Checklist.blank(Story.outline(), Story.DIGEST))
        .isEqualTo(
            """
            # `restore shop`

            Not run. Lines ticked here by hand are no record of a run.

            | | |
            |---|---|
            | Target | `shop (SQLite 3.54.1)` |
            | Server | `/data/shop.db` |
            | Database | `main` |
            | Plan | `sha256:4f1d` |

            ## Gate 1: `Recoverable`

            - [ ] `back up shop`: makes something beside the target

                  VACUUM INTO '/vault/shop.db'

              - `nothing to undo: the target stays as it is`

            - [ ] `backup is fresh`: reads

                  age of the backup is at most 15m

            ## Gate 2: `Applied`

            - [ ] `dba signs`: is done by a person

                  May it start? (asked of: dba)

              - `nothing to undo: an answer`

            - [ ] `widen amount`: changes it

                  ALTER TABLE orders
                    ADD COLUMN amount2 INTEGER

              - `undone by 'narrow amount' (as written: nothing compares what it leaves)`

                    ALTER TABLE orders DROP COLUMN amount2

            - [ ] `purge guests`: changes it, **cannot be undone**

                  DELETE FROM guests

              - `cannot be undone: the guests have left`

            ## Guards

            - `no errors, every 1s, aborts`

            ## Sign-off

            | For | Name | Date (UTC) | Signature |
            |---|---|---|---|
            | `dba signs` |   |   | |
            | Executed by |   |   | |
            | Reviewed by |   |   | |
            """);
  }

  @Test
  void a_filled_one_says_who_when_and_with_what_proof() {
    RunRecord run =
        Story.recoverable()
            .applied(Story.WIDEN)
            .applied(Story.PURGE)
            .opened("Applied")
            .closed("SUCCEEDED")
            .run();

    assertThat(Checklist.filled(run, Story.HEAD))
        .isEqualTo(
            """
            # `restore shop`: SUCCEEDED

            The run ended: all gates opened.

            | | |
            |---|---|
            | Target | `shop (SQLite 3.54.1)` |
            | Server | `/data/shop.db` |
            | Database | `main` |
            | Plan | `sha256:4f1d` |
            | Run | `r-1` |
            | Begun | 2026-11-21 08:00:00 UTC by `anna` |
            | Last record | 2026-11-21 08:01:22 UTC (after 1m22s) |
            | Steps | passed=1 made=1 changed=2 answered=1 skipped=0 failed=0 undone=0 waiting=0 |
            | Journal head | `12 sha256:9b0c` |

            ## Hand-over

            - begun: `2026-11-21 08:00:00 UTC by anna`
            - ended: `2026-11-21 08:01:22 UTC after 1m22s, SUCCEEDED: all gates opened`
            - approvals: `'dba signs': bert yes, 2026-11-21 08:01:16 UTC`
            - in effect: `'purge guests', cannot be undone: the guests have left`
            - in effect: `'widen amount', can be undone by 'narrow amount'`
            - in effect: `  ALTER TABLE orders DROP COLUMN amount2`

            ## Gate 1: `Recoverable`, open

            - [x] `back up shop`: done, 2026-11-21 08:01:13 UTC, took 1m11s
              - evidence of 2026-11-21 08:00:00 UTC
                - `bytes`: `4096`
                - `id`: `b-7`
            - [x] `backup is fresh`: passed, 2026-11-21 08:01:14 UTC

            ## Gate 2: `Applied`, open

            - [x] `dba signs`: done, 2026-11-21 08:01:16 UTC, by `bert`
            - [x] `widen amount`: done, 2026-11-21 08:01:18 UTC, took 1s
            - [x] `purge guests`: done, 2026-11-21 08:01:20 UTC, took 1s

            ## Guards

            - `no errors, every 1s, aborts`

            ## Remarks

            - 2026-11-21 08:01:16 UTC `bert confirmed 'dba signs'`

            ## Timeline

            ```mermaid
            gantt
              dateFormat x
              axisFormat %H:%M:%S
              section 1 Recoverable
              1.1 back up shop :done, 1795248002000, 1795248073000
              1.2 backup is fresh :milestone, done, 1795248074000, 1795248074001
              section 2 Applied
              2.1 dba signs :done, 1795248076000, 1795248076001
              2.2 widen amount :done, 1795248077000, 1795248078000
              2.3 purge guests :done, 1795248079000, 1795248080000
            ```

            Its axis is in the time zone of its reader; times elsewhere are UTC.

            ## Sign-off

            | For | Name | Date (UTC) | Signature |
            |---|---|---|---|
            | `dba signs` | `bert` | 2026-11-21 08:01:16 UTC | |
            | Executed by | `anna` |   | |
            | Reviewed by |   |   | |
            """);
  }

  @Test
  void a_failed_run_ticks_only_what_holds_and_quotes_the_whole_failure() {
    RunRecord run =
        Story.recoverable()
            .applied(Story.WIDEN)
            .intent(Story.PURGE)
            .outcome(Story.PURGE, "FAILED_CLEAN", Story.locked())
            .undone(Story.WIDEN)
            .closed("UNDONE")
            .run();

    assertThat(Checklist.filled(run, Story.HEAD))
        .contains(
            """
            ## Gate 2: `Applied`, **closed**

            - [x] `dba signs`: done, 2026-11-21 08:01:16 UTC, by `bert`
            - [ ] `widen amount`: **UNDONE AS WRITTEN, NOT COMPARED**, 2026-11-21 08:01:22 UTC
            - [ ] `purge guests`: **FAILED, NOTHING LEFT BEHIND**, 2026-11-21 08:01:20 UTC
              - finding: `table orders is locked`
            """)
        .contains(
            """
            ## What happened

                gate 'Applied' did not open: table orders is locked
                  target    shop (SQLite 3.54.1)
                  found     SQLITE_BUSY
                            by pid 77
                  fix       end the session that holds it
                  code      sql.locked

                runbook 'restore shop' ended UNDONE:\
            """);
  }

  @Test
  void each_state_of_a_step_has_its_own_words() {
    Map<String, Object> proven =
        Map.of("step", Story.WIDEN, "state", "SUCCEEDED", "reason", "marker found");

    assertThat(filled(Story.begun())).contains("- [ ] `backup is fresh`: **NOT RUN**\n");
    assertThat(filled(Story.begun().checked(Story.FRESH, "INCONCLUSIVE", Story.stale())))
        .contains("- [ ] `backup is fresh`: **COULD NOT TELL**, 2026-11-21 08:00:02 UTC\n");
    assertThat(
            filled(
                Story.begun()
                    .checked(Story.FRESH, "INCONCLUSIVE", Story.stale())
                    .tell(
                        "ACCEPTED", Map.of("step", Story.FRESH, "who", "carl", "why", "seen it"))))
        .contains(
"""
- [x] `backup is fresh`: **COULD NOT TELL, ACCEPTED**, 2026-11-21 08:00:03 UTC, took 1s, by `carl`: `seen it`
  - finding: `the backup is too old`
""");
    assertThat(filled(Story.begun().waiting(Story.FRESH, "", "window")))
        .contains("- [ ] `backup is fresh`: **WAITING**: `window`\n");
    assertThat(filled(Story.begun().checked(Story.FRESH, "SKIPPED")))
        .contains("- [x] `backup is fresh`: **SKIPPED**, ");
    assertThat(filled(Story.begun().checked(Story.FRESH, "FAILED")))
        .contains("- [ ] `backup is fresh`: **FAILED**, ");
    assertThat(filled(Story.begun().intent(Story.WIDEN))).contains(": **UNDER WAY**\n");
    assertThat(filled(Story.begun().intent(Story.WIDEN).tell("LEASED", Map.of())))
        .contains(": **IN DOUBT**\n");
    assertThat(
            filled(
                Story.begun()
                    .intent(Story.WIDEN)
                    .tell("LEASED", Map.of())
                    .tell("RESOLVED", proven)))
        .contains("- [x] `widen amount`: **DONE, PROVEN AFTER A CRASH**, ")
        .contains(": `marker found`\n");
    assertThat(filled(Story.begun().applied(Story.WIDEN).undoing(Story.WIDEN)))
        .contains("- [ ] `widen amount`: **BEING UNDONE**, ");
    assertThat(
            filled(
                Story.begun().applied(Story.WIDEN).undoing(Story.WIDEN).tell("LEASED", Map.of())))
        .contains(": **UNDO IN DOUBT**, ");
    assertThat(
            filled(
                Story.begun()
                    .applied(Story.WIDEN)
                    .undoing(Story.WIDEN)
                    .outcome(Story.WIDEN, "UNDO_FAILED")))
        .contains("- [ ] `widen amount`: **UNDO FAILED**, ");
    assertThat(filled(Story.begun().intent(Story.WIDEN).outcome(Story.WIDEN, "FAILED_PARTIAL")))
        .contains(": **FAILED, SOMETHING LEFT BEHIND**, ");
  }

  @Test
  void a_step_done_again_after_a_crash_was_seen_and_not_proven() {
    Map<String, Object> not =
        Map.of("step", Story.WIDEN, "state", "PENDING", "reason", "no marker found");
    Story again = Story.begun().intent(Story.WIDEN).tell("LEASED", Map.of()).tell("RESOLVED", not);

    assertThat(filled(again)).contains("- [ ] `widen amount`: **NOT RUN**, ");
    assertThat(filled(again.applied(Story.WIDEN))).contains("- [x] `widen amount`: done, ");
  }

  @Test
  void hostile_text_stands_in_code_and_adds_no_line_of_its_own() {
    String bad = "`x` | ``y`` <script>\n- [x] [a](http://b) \u001b[2J \u202e @all |";
    String span =
        "``` `x` | ``y`` <script>\\u000a- [x] [a](http://b) \\u001b[2J \\u202e @all | ```";
    String cell = span.replace("|", "\\u007c");
    StepLine line = new StepLine(bad, "?", EffectClass.HUMAN, List.of(bad), bad, List.of(bad));
    Outline outline =
        new Outline(
            bad,
            bad,
            new Fingerprint(bad, bad, bad, bad),
            List.of(new GateLine(bad, List.of(line))),
            List.of(bad));
    Story story =
        Story.begun(outline)
            .intent(bad)
            .outcome(bad, "SUCCEEDED", Evidence.at(Story.START).with(bad, bad))
            .tell("ACCEPTED", Map.of("step", bad, "who", bad, "why", bad))
            .outcome(bad, "FAILED_PARTIAL", new Finding(bad, bad, bad, bad, bad, List.of()))
            .after(Duration.ofSeconds(1))
            .closed("NOT_UNDONE");

    String both = Checklist.blank(outline, bad) + Checklist.filled(story.run(), bad);

    assertThat(both.replace("\n", "").codePoints().filter(Plain::acts).count()).isZero();
    assertThat(both)
        .contains("- [ ] " + span + ": is done by a person\n")
        .contains("| Journal head | " + cell + " |\n")
        .contains("    - " + span + ": " + span + "\n")
        .contains("\n| " + cell + " |   |   | |\n");
    int fence = both.indexOf("```mermaid\n");
    String drawn = both.substring(fence, both.indexOf("\n## Sign-off", fence));
    assertThat(drawn).contains("\n```\n\nIts axis").contains("\n  1.1 \\u0060x\\u0060 \\u007c ");
    String outsideCode =
        both.replace(drawn, "")
            .lines()
            .filter(text -> !text.startsWith("    ") || text.startsWith("    - "))
            .map(text -> text.replaceAll("(?<!`)(`+)(?!`).+?(?<!`)\\1(?!`)", ""))
            .reduce("", (all, text) -> all + text + "\n");
    assertThat(outsideCode).doesNotContain("`", "<", "http", "@", "[a]").contains("## Sign-off");
    assertThat(both.lines().filter(text -> text.startsWith("- [x]"))).isEmpty();
  }

  private static String filled(Story story) {
    return Checklist.filled(story.run(), Story.HEAD);
  }
}
