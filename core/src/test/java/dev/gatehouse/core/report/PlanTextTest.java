package dev.gatehouse.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTextTest {

  @Test
  void a_plan_shows_each_step_with_its_exact_sql_and_its_undo() {
    assertThat(PlanText.of(Story.outline(), Story.DIGEST))
        .isEqualTo(
            """
            PLAN ONLY - nothing was changed

            restore shop on shop (SQLite 3.54.1)
              server    /data/shop.db
              database  main
              digest    sha256:4f1d

            gate 'Recoverable'
              + back up shop  [EXTERNAL]
                  VACUUM INTO '/vault/shop.db'
                  nothing to undo: the target stays as it is
              = backup is fresh  [READ]
                  age of the backup is at most 15m

            gate 'Applied'
              ? dba signs  [HUMAN]
                  May it start? (asked of: dba)
                  nothing to undo: an answer
              ~ widen amount  [TRANSACTIONAL]
                  ALTER TABLE orders
                    ADD COLUMN amount2 INTEGER
                  undone by 'narrow amount' (as written: nothing compares what it leaves)
                    ALTER TABLE orders DROP COLUMN amount2
              ! purge guests  [TRANSACTIONAL]
                  DELETE FROM guests
                  cannot be undone: the guests have left

            guards
              no errors, every 1s, aborts

            Plan: 1 check, 1 to make, 1 to change, 1 not undoable, 1 asked of people
            = reads   + makes something beside the target   ~ changes it, can be undone
            ! changes it, cannot be undone   ? is done or agreed to by people
            """);
  }

  @Test
  void hostile_names_can_neither_add_lines_nor_hide_any() {
    Outline outline =
        one(
            new StepLine(
                "look\nPLAN ONLY",
                "=",
                EffectClass.READ,
                List.of("select 1 -- \u001b]0;drop table orders\u0007\r\ngo\u202eon\tnow"),
                "",
                List.of()));

    assertThat(PlanText.of(outline, "d"))
        .contains(
            """
              = look\\u000aPLAN ONLY  [READ]
                  select 1 -- \\u001b]0;drop table orders\\u0007
                  go\\u202eon\tnow
            """)
        .doesNotContain("guards");
  }

  @Test
  void each_step_is_counted_once() {
    Outline reads =
        one(new StepLine("look", "=", EffectClass.READ, List.of("select 1"), "", List.of()));

    assertThat(PlanText.count(reads))
        .isEqualTo("Plan: 1 check, 0 to make, 0 to change, 0 not undoable, 0 asked of people");
  }

  @Test
  void a_long_plan_is_folded_to_a_page_and_says_what_is_left_out() {
    Outline outline = longOne();
    String full = PlanText.full(outline, "d");
    String folded = PlanText.of(outline, "d");

    assertThat(full.lines()).hasSizeGreaterThan(80);
    assertThat(folded.lines()).hasSizeLessThanOrEqualTo(45).allMatch(line -> line.length() <= 100);
    assertThat(folded)
        .contains(
            """
            gate 'Applied'
              ~ fill orders  [TRANSACTIONAL]  60 lines; undo as written: 'empty orders', 30 lines
                  insert into orders values (0)
            """)
        .contains("gate 'Looked at'  = a\n")
        .contains(
            """
              ! purge  [TRANSACTIONAL]  11 lines; cannot be undone: gone is gone
                  delete from guests
                  delete from guests
                  delete from guests
                  delete from guests
                  delete from guests
                  delete from guests
                  delete from guests
                  delete from guests
                  UNKNOWN until then: how many
                  what is lost: all that the guests wrote
            """)
        .contains("\nguard no errors: every 10s, then ABORT; without data HOLD\n")
        .contains("lines are folded: plan.full() has them all, and so has the checklist");
  }

  @Test
  void nothing_that_is_folded_is_missing_from_the_whole_and_the_checklist() {
    Outline outline = longOne();

    for (String statement : outline.steps().get(1).preview()) {
      assertThat(PlanText.full(outline, "d")).contains(statement);
      assertThat(Checklist.blank(outline, "d")).contains(statement);
    }
  }

  /** What a reader scrolls through are the lines on the screen. */
  @Test
  void a_plan_is_as_long_as_its_lines_when_they_are_wrapped() {
    String wide = "select " + "a_column, ".repeat(25) + "another from orders";
    Outline outline =
        one(
            new StepLine(
                "look",
                "~",
                EffectClass.TRANSACTIONAL,
                Collections.nCopies(15, wide),
                "",
                List.of()));

    assertThat(PlanText.full(outline, "d").lines().count()).isLessThan(40);
    assertThat(PlanText.of(outline, "d")).contains("lines are folded");
    assertThat(PlanText.of(outline, "d").lines().count()).isLessThanOrEqualTo(46);
  }

  private static Outline longOne() {
    List<String> inserts =
        IntStream.range(0, 60).mapToObj(n -> "insert into orders values (" + n + ")").toList();
    List<String> deletes = inserts.subList(0, 30);
    return new Outline(
        "r",
        "t",
        new Fingerprint("P", "1", "s", "d"),
        List.of(
            new GateLine(
                "Looked at",
                List.of(new StepLine("a", "=", EffectClass.READ, List.of("a"), "", List.of()))),
            new GateLine(
                "Applied",
                List.of(
                    new StepLine(
                        "fill orders",
                        "~",
                        EffectClass.TRANSACTIONAL,
                        inserts,
                        "undone by 'empty orders'",
                        deletes),
                    new StepLine(
                        "purge",
                        "!",
                        EffectClass.TRANSACTIONAL,
                        List.of(
                            "delete from guests\n".repeat(9),
                            "UNKNOWN until then: how many",
                            "what is lost: all that the guests wrote"),
                        "cannot be undone: gone is gone",
                        List.of())))),
        List.of(
            "no errors: every 10s, then ABORT; without data HOLD; looks at: select 1 from errors"));
  }

  private static Outline one(StepLine step) {
    return new Outline(
        "r",
        "t",
        new Fingerprint("P", "1", "s", "d"),
        List.of(new GateLine("g", List.of(step))),
        List.of());
  }
}
