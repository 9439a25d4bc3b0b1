package dev.gatehouse.core.tell;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Need;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.RunText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Notices of records, made from a view of its own of the run at that record.
 *
 * <p>One thread at a time.
 *
 * @since 0.1
 */
public final class Composing {
  private static final int MOST_DETAILS = 60;

  private final Map<Long, Notice> made = new TreeMap<>();
  private Optional<RunRecord> view = Optional.empty();
  private int read;

  /**
   * The notice of a record.
   *
   * @param seq of the record; above those asked for before, or not forgotten since
   * @param journal all records so far
   */
  public Notice of(long seq, List<Entry> journal) {
    while (read <= seq) {
      Entry entry = journal.get(read++);
      if (view.isPresent()) {
        view.get().add(entry);
      } else if (entry.type().equals(Event.OPENED.name())) {
        view = RunRecord.of(List.of(entry));
      }
    }
    return made.computeIfAbsent(
        seq, one -> compose(journal.get(Math.toIntExact(one)), view.orElseThrow()));
  }

  /** Notices before that one are asked for no more. */
  public void forgetBefore(long seq) {
    made.keySet().removeIf(one -> one < seq);
  }

  private static Notice compose(Entry entry, RunRecord run) {
    Set<Occasion> occasions = run.notices().occasions();
    boolean whole =
        occasions.contains(Occasion.ENDED)
            || occasions.contains(Occasion.WAITING)
            || occasions.contains(Occasion.PAUSED);
    List<String> details = details(entry, run, occasions);
    return new Notice(
        "",
        entry.at(),
        occasions,
        run.run(),
        run.outline().runbook(),
        run.outline().target()
            + " ("
            + run.outline().fingerprint().product()
            + " "
            + run.outline().fingerprint().version()
            + ")",
        run.state().name(),
        text(entry, run, occasions),
        details.subList(0, Math.min(MOST_DETAILS, details.size())),
        run.facts(),
        findings(entry, run, occasions),
        whole ? Checklist.filled(run, "") : "");
  }

  private static String text(Entry entry, RunRecord run, Set<Occasion> occasions) {
    Map<String, Object> body = entry.body();
    String why = RecordCodec.text(body, "why");
    if (occasions.contains(Occasion.BEGAN)) {
      return "begun by " + run.initiator();
    } else if (occasions.contains(Occasion.RESUMED)) {
      return "resumed";
    } else if (occasions.contains(Occasion.WAITING)) {
      String step = RecordCodec.text(body, "step");
      String reason = RecordCodec.text(body, "reason");
      String what = occasions.contains(Occasion.IN_DOUBT) ? "in doubt" : "waits";
      return (step.isEmpty() ? what : "'" + step + "' " + what) + ": " + reason;
    } else if (occasions.contains(Occasion.GUARD)) {
      return "guard '"
          + RecordCodec.text(body, "guard")
          + "' tripped: "
          + RecordCodec.text(body, "reaction");
    } else if (occasions.contains(Occasion.PAUSED)) {
      return "paused: " + why;
    } else if (occasions.contains(Occasion.FAILED)) {
      return "failed: " + RecordCodec.text(body, "who") + ": " + why;
    } else if (occasions.contains(Occasion.STOPPED)) {
      return RecordCodec.text(body, "mode") + " by " + RecordCodec.text(body, "who") + ": " + why;
    }
    return RunText.recap(run);
  }

  private static List<String> details(Entry entry, RunRecord run, Set<Occasion> occasions) {
    List<String> details = new ArrayList<>();
    if (occasions.contains(Occasion.ENDED)) {
      RunText.failure(run).lines().forEach(details::add);
    } else if (occasions.contains(Occasion.WAITING)) {
      String name = RecordCodec.text(entry.body(), "step");
      run.step(name).map(StepRecord::needs).orElse(List.of()).forEach(need -> add(details, need));
    }
    findings(entry, run, occasions).stream()
        .filter(finding -> !occasions.contains(Occasion.ENDED))
        .forEach(finding -> finding.text().lines().forEach(details::add));
    return details;
  }

  private static void add(List<String> details, Need need) {
    String typing = need.typing().isEmpty() ? "" : " (type: " + need.typing() + ")";
    details.add(need.role() + ": " + need.question() + typing);
  }

  private static List<Finding> findings(Entry entry, RunRecord run, Set<Occasion> occasions) {
    if (occasions.contains(Occasion.ENDED) || occasions.contains(Occasion.FAILED)) {
      return run.steps().stream().flatMap(step -> step.findings().stream()).distinct().toList();
    }
    return RecordCodec.findings(entry.body());
  }
}
