package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many steps of a run are where; each step is counted once. */
record Counts(Map<String, Integer> byWord) {

  static Counts of(RunRecord run) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String word : new String[] {"passed", "changed", "skipped", "failed", "undone"}) {
      counts.put(word, 0);
    }
    counts.put("waiting", 0);
    run.steps().forEach(step -> counts.merge(word(step), 1, Integer::sum));
    return new Counts(counts);
  }

  private static String word(StepRecord step) {
    return switch (step.state()) {
      case PASSED -> "passed";
      case SUCCEEDED -> "changed";
      case SKIPPED -> "skipped";
      case FAILED, FAILED_CLEAN, FAILED_PARTIAL -> "failed";
      case UNDONE -> "undone";
      case WAITING -> "waiting";
      case INCONCLUSIVE -> "inconclusive";
      case INTENT, UNDOING -> "under-way";
      case IN_DOUBT -> "in-doubt";
      case UNDO_FAILED -> "undo-failed";
      case PENDING -> step.parts().inEffect().isEmpty() ? "not-run" : "under-way";
    };
  }

  /** Such as {@code passed=9 changed=3 skipped=0 failed=0 undone=0 waiting=0}. */
  @Override
  public String toString() {
    return String.join(
        " ",
        byWord.entrySet().stream().map(count -> count.getKey() + "=" + count.getValue()).toList());
  }
}
