package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import java.time.Duration;
import java.util.List;

/**
 * A run as one page to be read, printed and signed: no script, nothing loaded, and all of it there
 * when a server strips the styles. It is well-formed XML, too.
 *
 * <p>Times are UTC. Reads no database and needs no privilege. As thread-safe as the record it is
 * given.
 *
 * @since 0.1
 */
public final class RunHtml {
  /** Without the characters that XML escapes: a browser does not read escapes in a style. */
  private static final String STYLE =
"""

body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; max-width: 62rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.3rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #d0d0d0; padding: .25rem .5rem; text-align: left; vertical-align: top; font-weight: normal; }
tbody th { width: 9rem; color: #555; background: #f7f7f7; }
thead th { background: #f0f0f0; font-weight: bold; }
bdi, td, pre, h1, h3, summary { overflow-wrap: anywhere; } bdi { white-space: pre-wrap; }
pre { white-space: pre-wrap; background: #f7f7f7; padding: .5rem; margin: .3rem 0; font-size: .85rem; }
details { border-left: 4px solid #2e7d32; margin: .3rem 0; padding: .1rem .6rem; }
details.open { border-color: #a06a00; } details.bad { border-color: #b3261e; } .bad summary strong { color: #b3261e; }
summary { cursor: pointer; } .head.bad { border-left: 6px solid #b3261e; padding-left: .6rem; }
.sign td { height: 2rem; } svg { border: 1px solid #d0d0d0; }
@media print { body { max-width: none; margin: 0; font-size: 11px; } .sign, svg, tr { break-inside: avoid; }
  details::details-content { content-visibility: visible; display: block; } }
""";

  private final RunRecord run;
  private final Markup out = new Markup();

  private RunHtml(RunRecord run) {
    this.run = run;
  }

  /**
   * The page, lines ended by {@code \n}.
   *
   * @param head the journal's signed head
   */
  public static String of(RunRecord run, String head) {
    return new RunHtml(run).page(head);
  }

  private String page(String head) {
    Outline outline = run.outline();
    out.html().open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en").line();
    out.open("head").line();
    out.empty("meta", "charset", "utf-8").line();
    out.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'");
    out.line().empty("meta", "name", "viewport", "content", "width=device-width").line();
    out.element("title", outline.runbook() + ": " + run.state()).line();
    out.block("style", STYLE).line().close().line().open("body").line();
    boolean bad = run.state().closed() && run.state().exitCode() != 0;
    out.open("h1", "class", bad ? "head bad" : "head").name(outline.runbook());
    out.text(": " + run.state()).close().line();
    out.element("p", "The run " + (run.state().closed() ? "ended: " : "is ") + Words.of(run) + ".");
    out.line();
    String failure = RunText.failure(run);
    if (!failure.isEmpty()) {
      heading("What happened");
      out.block("pre", failure).line();
    }
    heading("Hand-over");
    out.open("table").open("tbody").line();
    HandOverText.facts(run).forEach(this::row);
    out.close().close().line();
    heading("Timeline");
    String elapsed = Words.elapsed(Duration.between(run.opened(), run.last()));
    out.element(
        "p",
        "From "
            + Words.time(run.opened())
            + ", "
            + elapsed
            + ". Hatched: waited. A cross: failed.");
    out.line();
    TimelineSvg.write(run, out);
    heading("Run");
    about(head);
    gates(outline.gates());
    list("Guards", outline.guards());
    list(
        "Remarks",
        run.remarks().stream().map(one -> Words.time(one.at()) + " " + one.text()).toList());
    signatures();
    return out.close().line().close().toString();
  }

  private void heading(String name) {
    out.element("h2", name).line();
  }

  private void about(String head) {
    Outline outline = run.outline();
    out.open("table").open("tbody").line();
    row("target", List.of(Words.target(outline)));
    row("server", List.of(outline.fingerprint().server()));
    row("database", List.of(outline.fingerprint().database()));
    row("plan", List.of(run.plan()));
    row("run", List.of(run.run()));
    row("steps", List.of(Counts.of(run).toString()));
    row("journal head", List.of(head));
    out.close().close().line();
  }

  private void row(String name, List<String> lines) {
    out.open("tr").element("th", name, "scope", "row").open("td");
    for (int i = 0; i < lines.size(); i++) {
      if (i > 0) {
        out.empty("br");
      }
      out.name(lines.get(i));
    }
    out.close().close().line();
  }

  private void gates(List<GateLine> gates) {
    heading("Gates and steps");
    int number = 0;
    for (GateLine gate : gates) {
      boolean open = run.openGates().contains(gate.name());
      out.open("h3").text("Gate " + ++number + ": ").name(gate.name());
      out.text(open ? ", open" : ", CLOSED").close().line();
      gate.steps()
          .forEach(step -> run.step(step.name()).ifPresent(done -> StepHtml.write(done, out)));
    }
  }

  private void list(String name, List<String> lines) {
    if (!lines.isEmpty()) {
      heading(name);
      out.open("ul").line();
      lines.forEach(line -> out.open("li").name(line).close().line());
      out.close().line();
    }
  }

  private void signatures() {
    heading("Sign-off");
    out.open("table", "class", "sign").open("thead").open("tr");
    for (String name : List.of("For", "Said", "Name", "Role", "When (UTC)", "Proof", "Signature")) {
      out.element("th", name, "scope", "col");
    }
    out.close().close().line().open("tbody").line();
    Signature.of(run)
        .forEach(
            one ->
                signature(
                    one.step(), one.said(), one.who(), one.role(), one.when(), one.proof(), ""));
    signature(Checklist.EXECUTED, "", run.initiator(), "", "", "", "");
    signature(Checklist.REVIEWED, "", "", "", "", "", "");
    out.close().close().line();
  }

  private void signature(String... cells) {
    out.open("tr");
    for (String cell : cells) {
      out.open("td").name(cell).close();
    }
    out.close().line();
  }
}
