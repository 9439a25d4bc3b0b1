package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.report.Plain;
import dev.gatehouse.core.report.RunText;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A run in the log of the service that drives it: one line at INFO for each gate that opens and
 * each step that ends well, in one where the gate has no other step; WARN for what was not clear or
 * was stopped, ERROR with the finding's code for what failed. The run's id stands in the MDC under
 * {@link #MDC_RUN} for these lines.
 *
 * <p>What an earlier process lived through is not told again.
 */
final class RunLog {
  static final String MDC_RUN = "gatehouse.run";

  /** Apart from what the library has to say of itself, so that a console can do without it. */
  static final String NAME = "dev.gatehouse.run";

  private static final Logger LOG = LoggerFactory.getLogger(NAME);

  private final Map<String, String> told = new HashMap<>();
  private String awaited = "";

  /** The only step of its gate, which the next record mostly opens: told in that line. */
  private String alone = "";

  private int remarks;

  RunLog(RunRecord run) {
    run.steps().forEach(step -> told.put(step.name(), stands(step)));
    remarks = run.remarks().size();
  }

  void recorded(Entry entry, RunRecord run) {
    String before = MDC.get(MDC_RUN);
    MDC.put(MDC_RUN, run.run());
    try {
      told(entry, run);
    } catch (RuntimeException e) {
      // A log that cannot be written stops no run, as a listener that throws does not.
      return;
    } finally {
      if (before == null) {
        MDC.remove(MDC_RUN);
      } else {
        MDC.put(MDC_RUN, before);
      }
    }
  }

  private void told(Entry entry, RunRecord run) {
    LOG.debug("{} {}", entry.type(), Plain.line(text(entry, "step")));
    if (!alone.isEmpty() && !entry.type().equals("GATE_OPENED")) {
      LOG.info("{}", alone);
      alone = "";
    }
    switch (entry.type()) {
      case "LEASED" ->
          LOG.info(
              "{} on {} is driven, {} of {} gates open",
              name(run.outline().runbook()),
              Plain.line(run.outline().target()),
              run.openGates().size(),
              run.outline().gates().size());
      case "GATE_OPENED" -> {
        String step = alone.isEmpty() ? "" : ": " + alone;
        LOG.info("gate {} is open{}", name(text(entry, "gate")), step);
        alone = "";
      }
      case "WAITING" -> waiting(entry, run);
      case "CLOSED" -> closed(run);
      default -> {
        // Told by the step or by a remark, if at all.
      }
    }
    boolean known =
        run.step(text(entry, "step")).map(step -> step(step, run)).orElse(false)
            || text(entry, "mode").equals("FAILED");
    for (; remarks < run.remarks().size(); remarks++) {
      if (!known) {
        remark(entry.type(), Plain.line(run.remarks().get(remarks).text()));
      }
    }
  }

  private static void remark(String type, String text) {
    if (type.equals("STOPPING") || type.equals("GUARDED")) {
      LOG.warn("{}", text);
    } else {
      LOG.info("{}", text);
    }
  }

  /** Says once how a step stands; a check that answers the same again is not told again. */
  private boolean step(StepRecord step, RunRecord run) {
    String stands = stands(step);
    if (stands.equals(told.put(step.name(), stands))) {
      return false;
    }
    switch (step.state()) {
      case PASSED, SKIPPED, SUCCEEDED, UNDONE -> {
        String replaced = RunText.replaced(step).map(words -> "; " + words).orElse("");
        String well = name(step.name()) + " " + step.state() + replaced;
        if (step.state() != StepState.UNDONE && isAlone(step, run)) {
          alone = well;
        } else {
          LOG.info("{}", well);
        }
      }
      case INCONCLUSIVE -> LOG.warn("{} {}{}", name(step.name()), step.state(), why(step));
      case FAILED, FAILED_CLEAN, FAILED_PARTIAL, IN_DOUBT, UNDO_FAILED ->
          LOG.error("{} {}{}", name(step.name()), step.state(), why(step));
      case PENDING, WAITING, INTENT, UNDOING -> {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlone(StepRecord step, RunRecord run) {
    return run.outline().gates().stream()
        .anyMatch(gate -> gate.steps().equals(List.of(step.line())));
  }

  private void waiting(Entry entry, RunRecord run) {
    String what = text(entry, "step") + " " + text(entry, "reason");
    String until =
        run.wakeAt().map(at -> ", until " + at.truncatedTo(ChronoUnit.SECONDS)).orElse("");
    if (!what.equals(awaited)) {
      awaited = what;
      LOG.info("waits: {}{}", Plain.line(what.strip()), until);
    }
  }

  private static void closed(RunRecord run) {
    if (run.state() == RunState.SUCCEEDED) {
      LOG.info("{} {}", name(run.outline().runbook()), run.state());
    } else {
      LOG.error("{} {}: {}", name(run.outline().runbook()), run.state(), RunText.words(run));
    }
  }

  private static String stands(StepRecord step) {
    return step.state() + why(step);
  }

  private static String why(StepRecord step) {
    StringBuilder why = new StringBuilder();
    for (Finding finding : step.findings()) {
      why.append(": ").append(Plain.line(finding.code() + ", " + finding.headline()));
    }
    return why.toString();
  }

  private static String name(String name) {
    return "'" + Plain.line(name) + "'";
  }

  private static String text(Entry entry, String field) {
    return String.valueOf(entry.body().getOrDefault(field, ""));
  }
}
