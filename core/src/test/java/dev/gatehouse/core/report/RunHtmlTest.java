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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class RunHtmlTest {

  private static RunRecord failed() {
    return Story.recoverable()
        .waiting(Story.WIDEN, "2026-11-21T09:00:00Z", "the window opens at 09:00")
        .after(Duration.ofMinutes(10))
        .applied(Story.WIDEN)
        .intent(Story.PURGE)
        .outcome(Story.PURGE, "FAILED_CLEAN", Story.locked())
        .stopping("ABORT", "enough")
        .undone(Story.WIDEN)
        .closed("UNDONE")
        .run();
  }

  @Test
  void a_run_is_one_page_that_says_all_that_is_known() throws Exception {
    Document page = Xml.parse(RunHtml.of(failed(), Story.HEAD));

    assertThat(Xml.texts(page, "h1")).containsExactly("restore shop: UNDONE");
    assertThat(Xml.texts(page, "h2"))
        .containsExactly(
            "What happened",
            "Hand-over",
            "Timeline",
            "Run",
            "Gates and steps",
            "Guards",
            "Remarks",
            "Sign-off");
    assertThat(Xml.texts(page, "h3"))
        .containsExactly("Gate 1: Recoverable, open", "Gate 2: Applied, CLOSED");
    assertThat(Xml.texts(page, "summary"))
        .containsExactly(
            "+ back up shop: done, 2026-11-21 08:01:13 UTC, took 1m11s",
            "= backup is fresh: passed, 2026-11-21 08:01:14 UTC",
            "? dba signs: done, 2026-11-21 08:01:16 UTC, by bert",
            "~ widen amount: undone as written, not compared, 2026-11-21 08:11:24 UTC",
            "! purge guests: failed, nothing left behind, 2026-11-21 08:11:21 UTC");
    Element purge = (Element) page.getElementsByTagName("details").item(4);
    assertThat(purge.getAttribute("open")).isEqualTo("open");
    assertThat(Xml.texts(purge, "pre"))
        .containsExactly(
            "DELETE FROM guests",
            """
            table orders is locked
              found     SQLITE_BUSY
                        by pid 77
              fix       end the session that holds it
              code      sql.locked\
            """);
    assertThat(Xml.texts(page, "td")).contains("b-7", "4096", Story.HEAD, Story.DIGEST);
    assertThat(page.getElementsByTagName("pre").item(0).getTextContent())
        .isEqualTo(RunText.failure(failed()).strip());
  }

  @Test
  void nothing_in_it_runs_is_loaded_or_needs_a_style() throws Exception {
    String text = RunHtml.of(failed(), Story.HEAD);
    Document page = Xml.parse(text);

    assertThat(text).startsWith("<!DOCTYPE html>\n<html ");
    assertThat(page.getElementsByTagName("style").getLength()).isEqualTo(1);
    assertThat(page.getElementsByTagName("style").item(0).getTextContent())
        .doesNotContain("<", ">", "&", "url(", "@import");
    for (Element element : Xml.elements(page)) {
      assertThat(element.getTagName())
          .isNotIn("script", "link", "img", "iframe", "object", "a", "form", "base");
      assertThat(element.getAttributeNode("style")).isNull();
      assertThat(element.getAttributeNode("href")).isNull();
      assertThat(Xml.attributes(element)).noneMatch(name -> name.startsWith("on"));
    }
  }

  @Test
  void the_timeline_has_a_lane_for_each_gate_and_one_for_what_was_undone() throws Exception {
    Document page = Xml.parse(RunHtml.of(failed(), Story.HEAD));
    Element svg = (Element) page.getElementsByTagName("svg").item(0);

    assertThat(Xml.texts(svg, "title"))
        .contains(
            "1  Recoverable",
            "2  Applied",
            "undo",
            "widen amount: waited 2026-11-21 08:01:17 UTC, 10m01s",
            "purge guests: executed 2026-11-21 08:11:20 UTC, 1s, FAILED_CLEAN",
            "widen amount: undone 2026-11-21 08:11:23 UTC, 1s, UNDONE");
    assertThat(Xml.texts(svg, "text")).contains("ABORT", "0", "+11m25s");
    assertThat(Xml.elements(page))
        .filteredOn(element -> element.getAttribute("fill").equals("url(#wait)"))
        .singleElement()
        .satisfies(
            wait -> assertThat(Double.parseDouble(wait.getAttribute("width"))).isGreaterThan(600));
  }

  @Test
  void a_hundred_steps_and_five_thousand_samples_are_a_small_page_with_every_peak()
      throws Exception {
    List<GateLine> gates = new ArrayList<>();
    for (int gate = 0; gate < 10; gate++) {
      int first = gate * 10;
      gates.add(
          new GateLine(
              "gate " + gate,
              IntStream.range(first, first + 10).mapToObj(RunHtmlTest::step).toList()));
    }
    Story story = Story.begun(outline("large", gates));
    for (int step = 0; step < 100; step++) {
      for (int sample = 0; step % 10 == 5 && sample < 500; sample++) {
        int value = sample == 77 ? 9_999 : 100 + sample % 7;
        Evidence told =
            Evidence.at(Story.START).with("p95", value).with("watched", "PT" + sample + "S");
        story.soFar("step " + step, told);
      }
      story.checked("step " + step, "PASSED");
    }
    String text = RunHtml.of(story.closed("SUCCEEDED").run(), Story.HEAD);

    assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(300_000);
    assertThat(Xml.texts(Xml.parse(text), "text"))
        .filteredOn(one -> one.contains("p95"))
        .hasSize(10)
        .allMatch(one -> one.endsWith(": p95: 100 to 9999, at last 102, 500 samples"));
    assertThat(text.split("<polyline", -1)).hasSize(11);
  }

  private static StepLine step(int number) {
    List<String> plan = List.of("select count(*) from orders where total_cents < " + number);
    return new StepLine("step " + number, "=", EffectClass.READ, plan, "", List.of());
  }

  private static Outline outline(String name, List<GateLine> gates) {
    return new Outline(name, name, new Fingerprint(name, "1", name, name), gates, List.of(name));
  }

  /** Whatever a name holds: it is text, it is whole, and it is the same in each place. */
  @RepeatedTest(20)
  void hostile_names_are_shown_as_they_are_and_break_nothing(RepetitionInfo turn) throws Exception {
    Random random = new Random(turn.getCurrentRepetition());
    String gate = Hostile.name(random);
    String step = Hostile.name(random) + "1";
    String fact = Hostile.name(random);
    String who = Hostile.name(random);
    StepLine line =
        new StepLine(
            step, "!", EffectClass.EXTERNAL, List.of(fact), "undone by " + who, List.of(fact));
    Outline outline = outline(gate, List.of(new GateLine(gate, List.of(line))));
    Finding finding = new Finding("a.b", fact.isBlank() ? "x" : fact, gate, who, gate, List.of());
    RunRecord run =
        Story.begun(outline)
            .soFar(step, Evidence.at(Story.START).with(fact, 1))
            .soFar(step, Evidence.at(Story.START).with(fact, 2))
            .intent(step)
            .outcome(step, "FAILED_PARTIAL", finding)
            .tell("STOPPING", Map.of("mode", "ABORT", "who", who, "why", fact))
            .undoing(step)
            .outcome(step, "UNDONE", Evidence.at(Story.START).with(fact, who))
            .closed("UNDONE")
            .run();

    Document page = Xml.parse(RunHtml.of(run, gate));
    assertThat(Xml.texts(page, "h1")).containsExactly(Plain.line(gate) + ": UNDONE");
    assertThat(Xml.texts(page, "h3")).containsExactly("Gate 1: " + Plain.line(gate) + ", CLOSED");
    assertThat(Xml.texts(page, "summary").get(0)).startsWith("! " + Plain.line(step) + ": undone");
    assertThat(Xml.texts(page, "bdi")).contains(Plain.line(fact), Plain.block(who));
    assertThat(Xml.texts(page, "pre")).contains(Plain.block(fact));
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(page.getElementsByTagName("details").getLength()).isEqualTo(1);
    assertThat(page.getElementsByTagName("polyline").getLength()).isEqualTo(1);
    assertThat(
            page.getDocumentElement()
                .getTextContent()
                .replace("\n", "")
                .replace("\t", "")
                .codePoints())
        .noneMatch(Plain::acts);
    Document results = Xml.parse(JUnitXml.of(run));
    Element test = (Element) results.getElementsByTagName("testcase").item(0);
    assertThat(test.getAttribute("name")).isEqualTo(Plain.line(step));
    assertThat(results.getElementsByTagName("testcase").getLength()).isEqualTo(3);
  }
}
