package dev.gatehouse.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GanttTest {
  private static final String LABEL = "[\\p{L}\\p{Nd} _.,'()\\\\\u2026-]+";

  @Test
  void waits_failures_and_what_was_undone_are_told_apart() {
    RunRecord run =
        Story.begun()
            .waiting(Story.FRESH, "", "not yet")
            .checked(Story.FRESH, "INCONCLUSIVE", Story.stale())
            .applied(Story.WIDEN)
            .intent(Story.PURGE)
            .outcome(Story.PURGE, "FAILED_CLEAN", Story.locked())
            .undone(Story.WIDEN)
            .closed("UNDONE")
            .run();

    assertThat(Gantt.of(run))
        .isEqualTo(
            """
            ```mermaid
            gantt
              dateFormat x
              axisFormat %H:%M:%S
              section 1 Recoverable
              1.2 backup is fresh :active, 1795248002000, 1795248003000
              1.2 backup is fresh :milestone, crit, 1795248003000, 1795248003001
              section 2 Applied
              2.2 widen amount :done, 1795248004000, 1795248005000
              2.3 purge guests :crit, 1795248006000, 1795248007000
              section undo
              undo of widen amount :done, 1795248008000, 1795248009000
            ```

            Its axis is in the time zone of its reader; times elsewhere are UTC.
            """);
  }

  /** Each line is one of four shapes, whatever a name holds. */
  @Test
  void no_name_is_a_keyword_a_comment_a_directive_or_the_end_of_the_fence() {
    Random random = new Random(17);
    for (int turn = 0; turn < 50; turn++) {
      String gate = Hostile.name(random);
      String step = Hostile.name(random) + "1";
      Story story = Story.begun(outline(gate, List.of(step)));
      String drawn = Gantt.of(story.applied(step).undone(step).closed("UNDONE").run());

      List<String> lines = drawn.lines().toList();
      assertThat(lines).hasSize(11);
      assertThat(lines.get(4)).matches("  section 1 " + LABEL);
      assertThat(lines.get(5)).matches("  1\\.1 " + LABEL + " :done, [0-9]+, [0-9]+");
      assertThat(lines.get(7)).matches("  undo of " + LABEL + " :done, [0-9]+, [0-9]+");
      assertThat(drawn)
          .endsWith(
              "\n```\n\nIts axis is in the time zone of its reader; times elsewhere are UTC.\n");
    }
  }

  @Test
  void a_run_of_a_thousand_steps_is_cut_before_renderers_give_up() {
    List<String> names = new ArrayList<>();
    for (int step = 0; step < 1_000; step++) {
      names.add("a step with a long name that says what it does, number " + step);
    }
    Story story = Story.begun(outline("large", names));
    names.forEach(story::applied);

    String drawn = Gantt.of(story.closed("SUCCEEDED").run());
    assertThat(drawn.length()).isBetween(40_000, 41_000);
    assertThat(drawn)
        .matches("(?s).*\n```\n\nIts axis [^\n]* UTC\\. [0-9]+ more are not drawn\\.\n");
  }

  private static Outline outline(String gate, List<String> names) {
    List<StepLine> steps =
        names.stream()
            .map(
                name ->
                    new StepLine(
                        name, "~", EffectClass.STATEMENT, List.of(), "undone by 'u'", List.of()))
            .toList();
    return new Outline(
        "book",
        "shop",
        new Fingerprint("a", "b", "c", "d"),
        List.of(new GateLine(gate, steps)),
        List.of());
  }
}
