package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.HandOver;
import dev.gatehouse.core.model.Incident;
import dev.gatehouse.core.report.HandOverFacts.Restored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What those who take over must know of a run, in words: when it was, what it cost, who agreed,
 * what remains and what is owed. Computed from the journal; what that does not tell is said to be
 * unknown.
 *
 * @since 0.1
 */
public final class HandOverText {

  private HandOverText() {}

  /** The facts as aligned lines, ended by {@code \n}. */
  public static String of(RunRecord run) {
    StringBuilder text = new StringBuilder("hand-over of ");
    text.append(Plain.quoted(run.outline().runbook())).append('\n');
    facts(run)
        .forEach(
            (name, lines) -> {
              String label = name;
              for (String line : lines) {
                text.append(Words.format("  %-9s %s", label, line).stripTrailing()).append('\n');
                label = "";
              }
            });
    return text.toString();
  }

  /** What a plan says of it already; none when the runbook says nothing. */
  static List<String> planned(HandOver told) {
    List<String> lines = new ArrayList<>();
    told.incident()
        .ifPresent(incident -> lines.add("answers to the incident that " + of(incident)));
    told.incident().ifPresent(incident -> lines.addAll(exposed(incident)));
    told.closure()
        .ifPresent(
            closure ->
                lines.add(
                    "users are shut out from "
                        + Plain.quoted(closure.from())
                        + " until "
                        + Plain.quoted(closure.until())));
    lines.addAll(owed(told));
    return lines;
  }

  /** Name of each fact, and its lines, harmless to print. */
  static Map<String, List<String>> facts(RunRecord run) {
    HandOverFacts known = new HandOverFacts(run);
    Map<String, List<String>> facts = new LinkedHashMap<>();
    known.told().incident().ifPresent(told -> facts.put("incident", List.of(of(told))));
    facts.put("begun", List.of(Words.time(run.opened()) + " by " + Plain.line(run.initiator())));
    facts.put(run.state().closed() ? "ended" : "so far", List.of(ended(run)));
    known.restored().ifPresent(restored -> restored(facts, known, restored));
    boolean asked = known.told().incident().isPresent() || known.restored().isPresent();
    if (known.restored().isEmpty() && known.told().incident().isPresent()) {
      facts.put("restored", List.of("no restore is known to have succeeded in this run"));
    }
    if (asked || known.told().closure().isPresent()) {
      facts.put("closed", List.of(closed(known)));
    }
    List<String> said =
        Signature.of(run).stream()
            .filter(one -> one.at().isPresent())
            .map(HandOverText::said)
            .toList();
    facts.put("approvals", said.isEmpty() ? List.of("nobody has said anything") : said);
    String left = run.state() == RunState.SUCCEEDED ? "in effect" : "remains";
    facts.put(left, Remains.of(run));
    facts.put(
        "rotate", known.told().incident().stream().flatMap(one -> exposed(one).stream()).toList());
    facts.put("owed", owed(run));
    facts.values().removeIf(List::isEmpty);
    return facts;
  }

  private static String of(Incident incident) {
    return "began "
        + Words.time(incident.began())
        + ", as the runbook tells; data known to be good until "
        + Words.time(incident.good());
  }

  private static String ended(RunRecord run) {
    Duration took = Duration.between(run.opened(), run.last());
    return Words.time(run.last())
        + " after "
        + Words.elapsed(took)
        + ", "
        + run.state()
        + ": "
        + Words.of(run);
  }

  private static void restored(
      Map<String, List<String>> facts, HandOverFacts known, Restored restored) {
    String proven = restored.proven() ? ", proven after a crash: at the latest then" : "";
    facts.put(
        "restored",
        List.of(
            "by "
                + Plain.quoted(restored.step())
                + ", "
                + Words.time(restored.begun())
                + " to "
                + Words.time(restored.ended())
                + " ("
                + Words.elapsed(Duration.between(restored.begun(), restored.ended()))
                + ")"
                + proven));
    boolean incident = known.told().incident().isPresent();
    facts.put(
        "RTO",
        List.of(
            Words.elapsed(known.recovery().orElseThrow())
                + (incident
                    ? " from the begin of the incident to the restored target"
                    : " from the begin of the run to the restored target; when it began to hurt,"
                        + " nobody told")));
    String artifact =
        restored.artifact().isEmpty() ? "" : ", artifact " + Plain.line(restored.artifact());
    List<String> snapshot = new ArrayList<>();
    String moment = restored.snapshotAt().map(Words::time).orElse("UNKNOWN");
    snapshot.add(moment + artifact);
    Optional<Instant> good = known.told().incident().map(Incident::good);
    if (restored.snapshotAt().filter(at -> good.filter(at::isAfter).isPresent()).isPresent()) {
      snapshot.add("LATER than the data were known to be good");
    }
    facts.put("snapshot", snapshot);
    facts.put("data loss", lost(restored));
  }

  private static List<String> lost(Restored restored) {
    List<String> lost = new ArrayList<>();
    if (restored.replayed()) {
      lost.add(
          "UNKNOWN here: later changes were replayed, up to what the evidence of the step says");
    } else if (restored.lost().isPresent()) {
      lost.add(
          "at most "
              + Words.elapsed(restored.lost().get())
              + ": what was written from "
              + restored.snapshotAt().map(Words::time).orElseThrow()
              + " until "
              + Words.time(restored.ended()));
    } else {
      lost.add(
          restored.snapshotAt().isEmpty()
              ? "UNKNOWN: no moment of the backup is told"
              : "UNKNOWN: by its clock the backup is later than the restore");
    }
    if (!restored.safety().isEmpty()) {
      lost.add("what was there before it is kept as artifact " + Plain.line(restored.safety()));
    }
    return lost;
  }

  private static String closed(HandOverFacts known) {
    if (known.told().closure().isEmpty()) {
      return "UNKNOWN: the runbook does not tell which step shuts users out";
    }
    if (known.closedBefore()) {
      return "UNKNOWN since when: they were shut out before this run began";
    }
    return known
        .closed()
        .map(
            closed ->
                closed
                    .until()
                    .map(
                        until ->
                            "at most "
                                + Words.elapsed(Duration.between(closed.from(), until))
                                + ", "
                                + Words.time(closed.from())
                                + " to "
                                + Words.time(until))
                    .orElse(
                        "SINCE " + Words.time(closed.from()) + ": not opened again by this run"))
        .orElse("users were not shut out");
  }

  private static String said(Signature one) {
    String role = one.role().isEmpty() ? "" : " (" + one.role() + ")";
    String proof = one.proof().isEmpty() ? "" : ", " + one.proof();
    return Plain.quoted(one.step())
        + ": "
        + Plain.line(one.who() + role + " " + one.said())
        + ", "
        + one.when()
        + Plain.line(proof);
  }

  private static List<String> exposed(Incident incident) {
    return incident.exposed().stream()
        .map(name -> Plain.line(name) + ": exposed in the incident; not known here to be rotated")
        .toList();
  }

  private static List<String> owed(RunRecord run) {
    List<String> planned = owed(run.outline().handOver());
    if (run.state() == RunState.FAILED_CLEAN && !planned.isEmpty()) {
      return List.of("nothing: this run did nothing, and the next one owes what it does");
    }
    List<String> due = Obligation.of(run).stream().map(Obligation::toString).toList();
    return due.isEmpty() ? planned : due;
  }

  private static List<String> owed(HandOver told) {
    return told.followUps().stream()
        .map(
            one ->
                Plain.quoted(one.what())
                    + ", by "
                    + Plain.line(one.by())
                    + ", within "
                    + Words.elapsed(one.within())
                    + " of the end")
        .toList();
  }
}
