package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.PartRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import java.time.Duration;
import java.util.List;

/** One step of the page: a line, and behind it all that is known. Open where all is not well. */
final class StepHtml {

  private StepHtml() {}

  static void write(StepRecord step, Markup out) {
    boolean done = step.state().done() && step.findings().isEmpty();
    boolean bad = !step.state().done() && step.state() != StepState.PENDING;
    out.open("details", "class", done ? "done" : bad ? "bad" : "open");
    if (bad || !step.findings().isEmpty()) {
      out.attribute("open", "open");
    }
    out.open("summary").text(step.line().symbol() + " ").name(step.name()).text(": ");
    out.element("strong", Words.of(step));
    step.ended().ifPresent(at -> out.text(", " + Words.time(at)));
    took(step, out);
    said(", by ", step.who(), out);
    said(": ", step.reason(), out);
    out.close().line();
    texts("Plan", step.line().preview(), out);
    step.evidence().ifPresent(evidence -> evidence(evidence, out));
    parts(step, out);
    step.findings().forEach(finding -> finding(finding, out));
    if (!step.line().undo().isEmpty()) {
      out.open("p").text("Undo: ").name(HowUndone.planned(step.line())).close().line();
      texts("", step.line().undoPreview(), out);
    }
    out.close().line();
  }

  private static void took(StepRecord step, Markup out) {
    step.begun()
        .flatMap(begun -> step.ended().map(ended -> Duration.between(begun, ended)))
        .filter(took -> !took.isZero() && step.state().done())
        .ifPresent(took -> out.text(", took " + Words.elapsed(took)));
  }

  private static void said(String label, String text, Markup out) {
    if (!text.isBlank()) {
      out.text(label).name(text);
    }
  }

  private static void texts(String label, List<String> texts, Markup out) {
    if (!texts.isEmpty()) {
      if (!label.isEmpty()) {
        out.element("p", label + ":").line();
      }
      out.block("pre", String.join("\n", texts)).line();
    }
  }

  private static void evidence(Evidence evidence, Markup out) {
    out.element("p", "Evidence of " + Words.time(evidence.takenAt()) + ":").line();
    out.open("table").open("tbody").line();
    evidence
        .facts()
        .forEach(
            (name, value) -> {
              out.open("tr").open("th", "scope", "row").name(name).close();
              out.open("td").block("bdi", value).close().close().line();
            });
    out.close().close().line();
  }

  private static void parts(StepRecord step, Markup out) {
    List<PartRecord> parts = step.parts().text().isEmpty() ? List.of() : step.parts().all();
    if (!parts.isEmpty()) {
      out.element("p", "Parts:").open("ul").line();
      parts.forEach(
          part -> out.open("li").name(part.name()).text(": " + Words.of(part)).close().line());
      out.close().line();
    }
  }

  private static void finding(Finding finding, Markup out) {
    out.block("pre", Failure.of(finding).text("")).line();
  }
}
