package dev.gatehouse.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

class JUnitXmlTest {

  @Test
  void a_run_that_succeeded_is_green_and_hands_over() throws Exception {
    RunRecord run =
        Story.recoverable()
            .applied(Story.WIDEN)
            .applied(Story.PURGE)
            .opened("Applied")
            .closed("SUCCEEDED")
            .run();

    Document xml = valid(run);
    assertThat(counts(xml.getDocumentElement())).isEqualTo("8 0 0 0");
    assertThat(verdicts(xml).values()).containsOnly("");
    assertThat(Xml.texts(xml, "system-out").get(0))
        .startsWith("RECAP  restore shop  SUCCEEDED")
        .contains("hand-over of 'restore shop'\n  begun     2026-11-21 08:00:00 UTC by anna\n");
  }

  @Test
  void what_failed_waits_or_could_not_tell_has_its_own_verdict() throws Exception {
    RunRecord run =
        Story.begun()
            .applied(Story.BACK_UP)
            .checked(Story.FRESH, "FAILED", Story.stale())
            .stopping("ABORT", "it failed")
            .closed("FAILED_CLEAN")
            .run();
    assertThat(verdicts(valid(run)))
        .containsExactly(
            Map.entry(Story.BACK_UP, ""),
            Map.entry(Story.FRESH, "failure failed: the backup is too old"),
            Map.entry(
                "gate 'Recoverable'",
                "failure not open: 'backup is fresh' failed: the backup is too old"),
            Map.entry(Story.SIGN, "skipped not run"),
            Map.entry(Story.WIDEN, "skipped not run"),
            Map.entry(Story.PURGE, "skipped not run"),
            Map.entry("gate 'Applied'", "skipped not open: 'dba signs' not run"),
            Map.entry(
                "runbook 'restore shop'",
                "failure FAILED_CLEAN: a gate stayed closed, and nothing was left behind"));
    assertThat(Xml.texts(valid(run), "failure").get(0))
        .isEqualTo(
            """
            the backup is too old
              expected  at most 15m
              found     2h03m
              fix       take it again: back up shop
              code      backup.stale\
            """);

    RunRecord waits = Story.begun().waiting(Story.FRESH, "", "the window opens at 09:00").run();
    assertThat(verdicts(valid(waits)))
        .containsEntry(Story.FRESH, "skipped waiting: the window opens at 09:00")
        .containsEntry("gate 'Recoverable'", "skipped not open: 'back up shop' not run");
    RunRecord unsure = Story.begun().checked(Story.FRESH, "INCONCLUSIVE", Story.stale()).run();
    assertThat(verdicts(valid(unsure)))
        .containsEntry(Story.FRESH, "error could not tell: the backup is too old")
        .containsEntry(
            "gate 'Recoverable'",
            "error not open: 'backup is fresh' could not tell: the backup is too old");
    assertThat(verdicts(valid(Story.begun().answered(Story.SIGN, false).run())))
        .containsEntry(Story.SIGN, "failure failed, nothing left behind (bert)");
  }

  /** A run that ended nowhere is never green. */
  @Test
  void only_a_run_that_succeeded_passes() throws Exception {
    Story story = Story.recoverable().applied(Story.WIDEN);
    String whole = "runbook 'restore shop'";
    assertThat(verdicts(valid(story.run())).get(whole)).startsWith("error RUNNING");
    story.intent(Story.PURGE);
    assertThat(verdicts(valid(story.run())).get(Story.PURGE)).isEqualTo("error under way");
    story.tell("LEASED", Map.of());
    assertThat(verdicts(valid(story.run())).get(Story.PURGE)).isEqualTo("error in doubt");
    story.tell("PAUSED", Map.of("why", "lunch"));
    assertThat(verdicts(valid(story.run())).get(whole)).startsWith("error PAUSED");
    story.outcome(Story.PURGE, "FAILED_CLEAN").undone(Story.WIDEN).closed("UNDONE");
    assertThat(verdicts(valid(story.run())))
        .containsEntry(Story.WIDEN, "skipped undone as written, not compared")
        .containsEntry("gate 'Recoverable'", "")
        .hasEntrySatisfying(whole, verdict -> assertThat(verdict).startsWith("failure UNDONE"));
    story.guarded("no errors", "ABORT", Story.locked());
    assertThat(verdicts(valid(story.run())))
        .containsEntry("guard 'no errors' tripped", "failure table orders is locked");
  }

  private static Map<String, String> verdicts(Document xml) {
    Map<String, String> verdicts = new LinkedHashMap<>();
    for (Element test : Xml.elements(xml)) {
      if (test.getTagName().equals("testcase")) {
        List<String> told = new ArrayList<>();
        for (Node node = test.getFirstChild(); node != null; node = node.getNextSibling()) {
          if (node instanceof Element verdict && !verdict.getTagName().equals("system-out")) {
            told.add(verdict.getTagName() + " " + verdict.getAttribute("message"));
          }
        }
        verdicts.put(test.getAttribute("name"), String.join("; ", told));
      }
    }
    return verdicts;
  }

  private static String counts(Element of) {
    return String.join(
        " ",
        of.getAttribute("tests"),
        of.getAttribute("failures"),
        of.getAttribute("errors"),
        of.getAttribute("skipped"));
  }

  /** By the schema, and the sums of each suite right. */
  private static Document valid(RunRecord run) throws Exception {
    String text = JUnitXml.of(run);
    SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
        .newSchema(JUnitXmlTest.class.getResource("junit.xsd"))
        .newValidator()
        .validate(new StreamSource(new StringReader(text)));
    Document xml = Xml.parse(text);
    for (Element suite : Xml.elements(xml)) {
      if (suite.getTagName().startsWith("testsuite")) {
        assertThat(counts(suite))
            .isEqualTo(
                String.join(
                    " ",
                    String.valueOf(suite.getElementsByTagName("testcase").getLength()),
                    String.valueOf(suite.getElementsByTagName("failure").getLength()),
                    String.valueOf(suite.getElementsByTagName("error").getLength()),
                    String.valueOf(suite.getElementsByTagName("skipped").getLength())));
      }
    }
    return xml;
  }
}
