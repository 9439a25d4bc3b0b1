package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.FollowUp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody owes after a run that ended: computed from its journal, which knows nothing of
 * whether it has been done: {@link Closings} do.
 *
 * <p>Immutable.
 *
 * @param run identity of the run
 * @param number which of those of its run, from 1
 * @param runbook its name
 * @param what is owed
 * @param by role or name of whom
 * @param due the moment by which it is owed
 * @since 0.1
 */
public record Obligation(
    String run, int number, String runbook, String what, String by, Instant due) {

  /** By which it is closed. */
  public String id() {
    return run + "#" + number;
  }

  /**
   * Of a run that ended in any way but {@code FAILED_CLEAN}, which left everything to the next try;
   * none of one that goes on. Due is counted from its end.
   */
  public static List<Obligation> of(RunRecord run) {
    if (!run.state().closed() || run.state() == RunState.FAILED_CLEAN) {
      return List.of();
    }
    List<Obligation> all = new ArrayList<>();
    for (FollowUp owed : run.outline().handOver().followUps()) {
      all.add(of(run, all.size() + 1, owed));
    }
    return List.copyOf(all);
  }

  private static Obligation of(RunRecord run, int number, FollowUp owed) {
    return new Obligation(
        run.run(),
        number,
        run.outline().runbook(),
        owed.what(),
        owed.by(),
        run.last().plus(owed.within()));
  }

  /** Whether its time is over. */
  public boolean overdue(Instant now) {
    return now.isAfter(due);
  }

  /** One line, such as {@code 'blameless review', by incident commander, until 2026-11-24 ...}. */
  @Override
  public String toString() {
    return Plain.quoted(what) + ", by " + Plain.line(by) + ", until " + Words.time(due);
  }
}
