package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.Outline.GateLine;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A run as test results, for what draws trends of them: a suite for each gate, in it a test case
 * for each step and one for the gate, and a last suite with one for the run. The run's passes only
 * when it SUCCEEDED, whatever its steps did, so that a run which stopped half-way is never green.
 *
 * <p>What failed, or was vetoed, is a failure; what could not tell, is in doubt or under way, an
 * error; what waits, was left out, undone or not reached is skipped, with its reason. Reads no
 * database and needs no privilege. As thread-safe as the record it is given.
 *
 * @since 0.1
 */
public final class JUnitXml {

  /** From good to bad. */
  private enum Verdict {
    PASSED(""),
    SKIPPED("skipped"),
    ERROR("error"),
    FAILURE("failure");

    private final String element;

    Verdict(String element) {
      this.element = element;
    }
  }

  private record Case(
      String name, Verdict verdict, String message, String text, Duration took, String log) {}

  private record Suite(String name, List<Case> cases) {
    long count(Verdict verdict) {
      return cases.stream().filter(one -> one.verdict() == verdict).count();
    }

    Duration took() {
      return cases.stream().map(Case::took).reduce(Duration.ZERO, Duration::plus);
    }
  }

  private final RunRecord run;
  private final Markup out = new Markup();

  private JUnitXml(RunRecord run) {
    this.run = run;
  }

  /** The run as one {@code testsuites} element, in UTF-8, lines ended by {@code \n}. */
  public static String of(RunRecord run) {
    return new JUnitXml(run).text();
  }

  private String text() {
    List<Suite> suites = new ArrayList<>();
    run.outline().gates().forEach(gate -> suites.add(suite(gate)));
    suites.add(new Suite("run", Stream.concat(guards(), Stream.of(whole())).toList()));
    Suite all = new Suite("", suites.stream().flatMap(suite -> suite.cases().stream()).toList());
    out.declared().open("testsuites", "name", run.outline().runbook());
    counts(all, Duration.between(run.opened(), run.last()));
    out.line();
    suites.forEach(this::write);
    return out.close().toString();
  }

  private Suite suite(GateLine gate) {
    List<StepRecord> steps =
        run.steps().stream().filter(step -> step.gate().equals(gate.name())).toList();
    List<Case> cases = new ArrayList<>(steps.stream().map(this::step).toList());
    cases.add(gate(gate.name(), steps, cases));
    return new Suite(gate.name(), cases);
  }

  private Case step(StepRecord step) {
    Duration took =
        step.begun()
            .flatMap(begun -> step.ended().map(ended -> Duration.between(begun, ended)))
            .filter(time -> step.state().done() && !time.isNegative())
            .orElse(Duration.ZERO);
    Verdict verdict = verdict(step);
    List<String> findings =
        step.findings().stream().map(Failure::of).map(failure -> failure.text("")).toList();
    String text = String.join("\n\n", findings);
    boolean passed = verdict == Verdict.PASSED;
    return new Case(
        step.name(), verdict, message(step), passed ? "" : text, took, passed ? text : "");
  }

  private static String message(StepRecord step) {
    String why = step.findings().isEmpty() ? "" : ": " + step.findings().get(0).headline();
    return Words.told(step) + why;
  }

  private static Verdict verdict(StepRecord step) {
    return switch (step.state()) {
      case PASSED, SUCCEEDED -> Verdict.PASSED;
      case FAILED, FAILED_CLEAN, FAILED_PARTIAL, UNDO_FAILED -> Verdict.FAILURE;
      case INCONCLUSIVE, IN_DOUBT, INTENT, UNDOING -> Verdict.ERROR;
      case WAITING, SKIPPED, UNDONE -> Verdict.SKIPPED;
      case PENDING -> step.parts().inEffect().isEmpty() ? Verdict.SKIPPED : Verdict.ERROR;
    };
  }

  /** As its worst step has it; a gate that opened has opened, whatever was undone since. */
  private Case gate(String name, List<StepRecord> steps, List<Case> cases) {
    String title = "gate " + Plain.quoted(name);
    if (run.openGates().contains(name)) {
      return new Case(title, Verdict.PASSED, "", "", Duration.ZERO, "");
    }
    int worst = 0;
    for (int i = 1; i < cases.size(); i++) {
      worst = cases.get(i).verdict().compareTo(cases.get(worst).verdict()) > 0 ? i : worst;
    }
    Verdict of = cases.get(worst).verdict();
    StepRecord step = steps.get(worst);
    String why = of == Verdict.PASSED ? "" : ": " + Plain.quoted(step.name()) + " " + message(step);
    Verdict verdict = of == Verdict.PASSED ? Verdict.SKIPPED : of;
    return new Case(title, verdict, "not open" + why, "", Duration.ZERO, "");
  }

  private Stream<Case> guards() {
    return Failure.of(run).stream()
        .filter(failure -> failure.where().startsWith("guard "))
        .map(
            failure ->
                new Case(
                    failure.where(),
                    Verdict.FAILURE,
                    failure.finding().headline(),
                    failure.text(""),
                    Duration.ZERO,
                    ""));
  }

  private Case whole() {
    Verdict verdict =
        switch (run.state()) {
          case SUCCEEDED -> Verdict.PASSED;
          case WAITING -> Verdict.SKIPPED;
          case RUNNING, UNDOING, PAUSED, IN_DOUBT -> Verdict.ERROR;
          default -> Verdict.FAILURE;
        };
    String message = run.state() + ": " + Words.of(run);
    return new Case(
        "runbook " + Plain.quoted(run.outline().runbook()),
        verdict,
        verdict == Verdict.PASSED ? "" : message,
        run.state() == RunState.SUCCEEDED ? "" : RunText.failure(run),
        Duration.ZERO,
        RunText.recap(run) + "\n\n" + HandOverText.of(run));
  }

  private void write(Suite suite) {
    out.open("testsuite", "name", suite.name());
    counts(suite, suite.took());
    out.attribute(
        "timestamp", run.opened().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ""));
    out.line();
    for (Case one : suite.cases()) {
      out.open(
          "testcase",
          "name",
          one.name(),
          "classname",
          run.outline().runbook() + "." + suite.name(),
          "time",
          seconds(one.took()));
      if (one.verdict() != Verdict.PASSED) {
        out.open(one.verdict().element, "message", one.message());
        if (one.verdict() != Verdict.SKIPPED) {
          out.attribute("type", one.verdict().element);
        }
        out.lines(one.text()).close();
      }
      if (!one.log().isEmpty()) {
        out.block("system-out", one.log());
      }
      out.close().line();
    }
    out.close().line();
  }

  private void counts(Suite suite, Duration took) {
    out.attribute("tests", String.valueOf(suite.cases().size()));
    out.attribute("failures", String.valueOf(suite.count(Verdict.FAILURE)));
    out.attribute("errors", String.valueOf(suite.count(Verdict.ERROR)));
    out.attribute("skipped", String.valueOf(suite.count(Verdict.SKIPPED)));
    out.attribute("time", seconds(took));
  }

  private static String seconds(Duration took) {
    return Words.format("%.3f", took.toMillis() / 1000.0);
  }
}
