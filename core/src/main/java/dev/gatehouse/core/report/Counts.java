package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many steps of a run are where; each step is counted once, and one that is done by the word
 * that the plan counts it under.
 */
record Counts(Map<String, Integer> byWord) {

  static Counts of(RunRecord run) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    List.of("passed", "made", "changed", "answered", "skipped", "failed", "undone", "waiting")
        .forEach(word -> counts.put(word, 0));
    run.steps().forEach(step -> counts.merge(word(step), 1, Integer::sum));
    List.of("made", "answered").forEach(word -> counts.remove(word, 0));
    return new Counts(counts);
  }

  private static String word(StepRecord step) {
    return switch (step.state()) {
      case PASSED -> "passed";
      case SUCCEEDED -> done(step.line().symbol());
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

  private static String done(String symbol) {
    return switch (symbol) {
      case "=" -> "passed";
      case "+" -> "made";
      case "?" -> "answered";
      default -> "changed";
    };
  }

  /** Such as {@code passed=9 made=1 changed=3 skipped=0 failed=0 undone=0 waiting=0}. */
  @Override
  public String toString() {
    return String.join(
        " ",
        byWord.entrySet().stream().map(count -> count.getKey() + "=" + count.getValue()).toList());
  }
}
