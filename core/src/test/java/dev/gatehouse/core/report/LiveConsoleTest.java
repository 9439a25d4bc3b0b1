package dev.gatehouse.core.report;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveConsoleTest {
  private static final String CLEAR = "\r\u001b[2K";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String OFF = "\u001b[0m";

  private final StringBuilder out = new StringBuilder();
  private Instant now = Story.START.plusSeconds(2);

  private LiveConsole console(boolean terminal, Map<String, String> environment) {
    return LiveConsole.of(out, terminal, environment, () -> now).withCharset(UTF_8);
  }

  private void move(LiveConsole console, int seconds, long bytes, long total) {
    now = Story.START.plusSeconds(2).plusSeconds(seconds);
    console.moved(Story.BACK_UP, bytes, total);
  }

  @Test
  void a_log_gets_plain_lines_and_at_the_end_the_whole_story() {
    LiveConsole console = console(false, Map.of());
    Story story =
        Story.recoverable()
            .waiting(Story.FRESH, "2026-11-22T02:00:00Z", "window opens 02:00")
            .checked(Story.FRESH, "FAILED", Story.stale())
            .stopping("FAILED", "'backup is fresh' failed: the backup is too old")
            .closed("FAILED_CLEAN")
            .tellTo(console);

    assertThat(out.toString())
        .isEqualTo(
            """
            restore shop on shop (SQLite 3.54.1)
              run r-1, plan sha256:4f1d, by anna
              ▸ back up shop  under way
              ✓ back up shop  done  1m11s
              ✓ backup is fresh  passed
            gate 'Recoverable' is open
              ✓ dba signs  done (bert)
              … backup is fresh  waiting: window opens 02:00, until 2026-11-22 02:00:00 UTC
              ✗ backup is fresh  failed

            """
                + RunText.failure(story.run())
                + "\n"
                + RunText.recap(story.run())
                + "\n");
  }

  @Test
  void a_log_is_told_every_ten_seconds_how_far_a_long_step_is() {
    LiveConsole console = console(false, Map.of());
    Story.begun().intent(Story.BACK_UP).tellTo(console);
    out.setLength(0);

    move(console, 1, 1_000, 0);
    move(console, 9, 9_000, 0);
    move(console, 10, 1_048_576, 0);
    move(console, 19, 2_000_000, 4_194_304);
    move(console, 21, 2_097_152, 4_194_304);

    assertThat(out.toString())
        .isEqualTo(
            """
              ▸ back up shop  1.0 MiB  10s
              ▸ back up shop  2.0 MiB of 4.0 MiB (50%)  21s
            """);
  }

  @Test
  void a_terminal_has_one_line_that_is_rewritten_and_then_replaced() {
    LiveConsole console = console(true, Map.of("NO_COLOR", "1"));
    Story begun = Story.begun().intent(Story.BACK_UP).tellTo(console);
    out.setLength(0);

    move(console, 1, 1_000, 0);
    move(console, 1, 1_001, 0);
    move(console, 2, 1_048_576, 2_097_152);
    begun.after(Duration.ofSeconds(4)).outcome(Story.BACK_UP, "SUCCEEDED");
    begun.tellLastTo(console);

    assertThat(out.toString())
        .isEqualTo(
            CLEAR
                + "  ▸ back up shop  1000 B  1s"
                + CLEAR
                + "  ▸ back up shop  1.0 MiB of 2.0 MiB (50%)  2s"
                + CLEAR
                + "  ✓ back up shop  done  1.0 MiB  5s");
  }

  @Test
  void a_rewritten_line_never_wraps_and_keeps_its_facts() {
    LiveConsole console = console(true, Map.of("NO_COLOR", "1", "COLUMNS", "24"));

    console.moved("表".repeat(40), 1_048_576, 0);

    assertThat(out.toString()).isEqualTo(CLEAR + "  ▸ 表表  1.0 MiB  0ms");
  }

  @Test
  void a_terminal_has_one_line_for_a_gate_whose_checks_passed_and_a_log_has_them_all() {
    assertThat(seen(Map.of("NO_COLOR", "1")))
        .isEqualTo(
            """
            restore shop on shop (SQLite 3.54.1)
              run r-1, by anna
              ✓ back up shop  done  1m11s
            gate 'Recoverable' is open  1 check passed
              ✓ dba signs  done (bert)
              ✓ widen amount  done  1s  gate 'Applied' is open
            """);
  }

  @Test
  void a_wait_is_told_once_whenever_it_is_looked_at() {
    LiveConsole log = console(false, Map.of());
    Story story = Story.recoverable();
    for (int look = 1; look < 5; look++) {
      story.waiting(Story.FRESH, "2026-11-22T02:00:0" + look + "Z", "window opens 02:00");
    }
    story.tellTo(log);

    assertThat(out.toString())
        .containsOnlyOnce(
            "… backup is fresh  waiting: window opens 02:00, until 2026-11-22 02:00:01");
  }

  @Test
  void what_is_waited_for_again_after_it_passed_is_told_again() {
    Story.recoverable()
        .tell("WAITING", Map.of("step", Story.FRESH, "reason", "1 more lead"))
        .checked(Story.FRESH, "PASSED")
        .tell("WAITING", Map.of("step", Story.FRESH, "reason", "1 more lead"))
        .tellTo(console(false, Map.of()));

    assertThat(out.toString().split("… backup is fresh  waiting: 1 more lead", -1)).hasSize(3);
  }

  @Test
  void what_waits_for_people_is_three_lines_and_told_once() {
    LiveConsole console = console(false, Map.of());
    console.journaling(Path.of("/journals/r-1.journal"));
    Story.recoverable()
        .tell("WAITING", Map.of("step", Story.SIGN, "reason", "May it start?"))
        .tell("WAITING", Map.of("step", Story.SIGN, "reason", "May it start?"))
        .tellTo(console);

    assertThat(out.toString())
        .endsWith(
            """
              ✓ dba signs  done (bert)
              … dba signs  waiting: May it start?
              journal   /journals/r-1.journal
              next      run.answer("dba signs", who, role, true, text)
                        elsewhere runner.resume(runbook, target, Path.of(JOURNAL)); examples/run status JOURNAL
            """);
  }

  @Test
  void a_terminal_wraps_what_a_log_leaves_whole() {
    String line = "'backup is fresh' was seen by carl who has looked at it very long indeed";
    for (boolean terminal : List.of(true, false)) {
      out.setLength(0);
      Story.begun()
          .tell("CONFIRMED", Map.of("guard", line, "who", "carl"))
          .tellTo(console(terminal, Map.of("NO_COLOR", "1", "COLUMNS", "60")));
      assertThat(out.toString().replaceAll("\n    ", " ")).contains(line);
      assertThat(out.toString().lines().anyMatch(one -> one.length() > 60)).isEqualTo(!terminal);
    }
  }

  /** What is left to be seen of it: of a line that is written again, the last. */
  private String seen(Map<String, String> environment) {
    Story.recoverable().applied(Story.WIDEN).opened("Applied").tellTo(console(true, environment));
    return out.toString().replaceAll("[^\n]*\r\u001b\\[2K", "");
  }

  @Test
  void colour_needs_a_terminal_and_nobody_who_objects() {
    assertThat(colours(true, Map.of())).isTrue();
    assertThat(colours(true, Map.of("NO_COLOR", ""))).isTrue();
    assertThat(colours(true, Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(colours(true, Map.of("TERM", "dumb"))).isFalse();
    assertThat(colours(true, Map.of("FORCE_COLOR", "0"))).isFalse();
    assertThat(colours(false, Map.of())).isFalse();
    assertThat(colours(false, Map.of("FORCE_COLOR", "1"))).isTrue();
    assertThat(colours(true, Map.of("TERM", "dumb", "FORCE_COLOR", "1"))).isTrue();
    assertThat(colours(true, Map.of("NO_COLOR", "1", "FORCE_COLOR", "1"))).isFalse();
  }

  private boolean colours(boolean terminal, Map<String, String> environment) {
    out.setLength(0);
    Story.begun()
        .checked(Story.FRESH, "PASSED")
        .checked(Story.FRESH, "FAILED")
        .tellTo(console(terminal, environment));
    String green = "  " + GREEN + "✓" + OFF + " backup is fresh  " + GREEN + "passed" + OFF;
    String red = "  " + RED + "✗" + OFF + " backup is fresh  " + RED + "failed" + OFF + "\n";
    boolean both = out.toString().contains(green) && out.toString().contains(red);
    assertThat(out.toString().contains("\u001b[3")).isEqualTo(both);
    return both;
  }

  @Test
  void a_dumb_terminal_is_not_rewritten() {
    LiveConsole console = console(true, Map.of("TERM", "dumb"));

    Story.begun().intent(Story.BACK_UP).tellTo(console);

    assertThat(out.toString()).endsWith("  ▸ back up shop  under way\n").doesNotContain("\r");
  }

  @Test
  void what_the_charset_cannot_encode_is_written_in_ascii() {
    LiveConsole ascii = console(false, Map.of()).withCharset(US_ASCII);
    Outline outline =
        new Outline(
            "K\u00fcche",
            "\ud83d\ude00",
            new Fingerprint("P", "1", "s", "d"),
            List.of(
                new GateLine(
                    "g",
                    List.of(
                        new StepLine("look", "=", EffectClass.READ, List.of(), "", List.of())))),
            List.of());

    Story.begun(outline)
        .checked("look", "PASSED")
        .checked("look", "FAILED")
        .checked("look", "INCONCLUSIVE")
        .tellTo(ascii);

    assertThat(out.toString())
        .isEqualTo(
            """
            K\\u00fcche on \\ud83d\\ude00 (P 1)
              run r-1, plan sha256:4f1d, by anna
              * look  passed
              x look  failed
              ? look  could not tell
            """);
  }

  @Test
  void a_question_is_shown_with_all_a_person_needs_to_answer() {
    Story story =
        Story.begun()
            .checked(Story.FRESH, "INCONCLUSIVE", Story.stale())
            .tell("WAITING", Map.of("reason", "accept it, or abort?"))
            .tellTo(console(false, Map.of()));

    assertThat(out.toString())
        .contains("  ? backup is fresh  could not tell\n  … waiting: accept it, or abort?\n\n")
        .endsWith("\n\n" + RunText.failure(story.run()) + "\n");
  }

  @Test
  void a_resumed_run_tells_its_doubts_but_not_its_past() {
    Story story =
        Story.begun().guarded("slow", "HOLD").intent(Story.WIDEN).tell("LEASED", Map.of());

    story.tellLastTo(console(false, Map.of()));

    assertThat(out.toString())
        .isEqualTo(
            """
            restore shop on shop (SQLite 3.54.1)
              run r-1, plan sha256:4f1d, by anna
              ? widen amount  in doubt
            """);
  }

  @Test
  void a_doubt_that_stays_is_explained_once() {
    Map<String, Object> unknown =
        Map.of("step", Story.WIDEN, "state", "IN_DOUBT", "reason", "no marker found");
    Story story =
        Story.begun()
            .intent(Story.WIDEN)
            .tell("LEASED", Map.of())
            .tell("RESOLVED", unknown)
            .tell("RESOLVED", unknown)
            .tellTo(console(false, Map.of()));

    assertThat(out.toString()).containsOnlyOnce("run.resolve(\"widen amount\"");
    assertThat(story.run().steps()).isNotEmpty();
  }

  @Test
  void what_persons_and_guards_do_is_told() {
    Story.recoverable()
        .guarded("slow", "CONFIRM", Story.locked())
        .tell("CONFIRMED", Map.of("guard", "slow", "who", "carl"))
        .guarded("slow", "")
        .undone(Story.BACK_UP)
        .tell("ACCEPTED", Map.of("step", Story.FRESH, "who", "carl", "why", "seen it"))
        .tellTo(console(false, Map.of()));

    assertThat(out.toString())
        .endsWith(
            """
              guard 'slow' tripped: CONFIRM
              carl confirmed to go on in spite of guard 'slow'
              guard 'slow' passes again
              ↩ back up shop  being undone
              ↩ back up shop  undone as written, not compared  1s
              – backup is fresh  could not tell, accepted (carl): seen it
            """);
  }

  @Test
  void an_output_that_fails_is_left_alone() {
    AtomicInteger attempts = new AtomicInteger();
    Appendable closed =
        new Appendable() {
          @Override
          public Appendable append(CharSequence text) throws IOException {
            attempts.incrementAndGet();
            throw new IOException("broken pipe");
          }

          @Override
          public Appendable append(CharSequence text, int start, int end) throws IOException {
            return append(text);
          }

          @Override
          public Appendable append(char c) throws IOException {
            return append("");
          }
        };
    LiveConsole console = LiveConsole.of(closed, false, Map.of(), () -> now);

    assertThatCode(() -> Story.recoverable().tellTo(console)).doesNotThrowAnyException();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void escapes_in_names_are_shown_and_not_obeyed() {
    String bad = "a\u001b[2J\nb";
    Outline outline =
        new Outline(
            bad,
            bad,
            new Fingerprint(bad, bad, bad, bad),
            List.of(
                new GateLine(
                    bad,
                    List.of(new StepLine(bad, "=", EffectClass.READ, List.of(), "", List.of())))),
            List.of());
    LiveConsole console = console(false, Map.of());

    RunRecord run =
        Story.begun(outline)
            .waiting(bad, "", bad)
            .tell("CONFIRMED", Map.of("guard", bad, "who", bad))
            .checked(bad, "PASSED")
            .opened(bad)
            .tellTo(console)
            .run();
    console.moved(bad, 1, 0);
    now = now.plusSeconds(60);
    console.moved(bad, 1, 0);

    assertThat(run.openGates()).hasSize(1);
    assertThat(out.toString())
        .doesNotContain("\u001b")
        .contains("▸ a\\u001b[2J\\u000ab  1 B  1m00s");
    assertThat(out.toString().lines()).noneMatch(line -> line.startsWith("b"));
  }
}
