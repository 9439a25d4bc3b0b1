package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What was found out about a separation: each way through once, with its first examples. */
final class IsolationReport {
  private static final int EXAMPLES = 3;

  private record Way(String code, String headline, String expected, String fix) {}

  private final Map<Way, List<String>> examples = new LinkedHashMap<>();
  private final Map<Way, Integer> counts = new LinkedHashMap<>();
  private final Set<Way> madeUp = new LinkedHashSet<>();
  private final Set<String> unclear = new LinkedHashSet<>();
  private final Set<String> remarks = new LinkedHashSet<>();
  private final Map<String, Integer> answers = new LinkedHashMap<>();
  private final Map<String, Map<String, Integer>> ways = new TreeMap<>();

  void found(String code, String headline, String expected, String example, String fix) {
    Way way = new Way(code, headline, expected, fix);
    List<String> these = examples.computeIfAbsent(way, key -> new ArrayList<>());
    if (these.contains(example)) {
      return;
    }
    counts.merge(way, 1, Integer::sum);
    if (these.size() < EXAMPLES) {
      these.add(example);
    }
  }

  /**
   * With a row that was made up: it is told only where rows that are there do not show the same.
   */
  void foundMadeUp(String code, String headline, String expected, String example, String fix) {
    Way way = new Way(code, headline, expected, fix);
    madeUp.add(way);
    found(code, headline, expected, example, fix);
  }

  private boolean isTold(Way way) {
    return !madeUp.contains(way)
        || examples.keySet().stream()
            .noneMatch(other -> !madeUp.contains(other) && other.code().equals(way.code()));
  }

  void unclear(String what) {
    unclear.add(what);
  }

  /** What fails nothing and should be known. */
  void remark(String what) {
    remarks.add(what);
  }

  void counted(String answer) {
    answers.merge(answer, 1, Integer::sum);
  }

  /**
   * One more answer to a way that was tried.
   *
   * @param way as the report names it
   */
  void counted(String way, String answer) {
    counted(answer);
    ways.computeIfAbsent(way, key -> new TreeMap<>()).merge(answer, 1, Integer::sum);
  }

  Outcome outcome(Evidence taken) {
    Evidence evidence = taken;
    for (Map.Entry<String, Integer> answer : answers.entrySet()) {
      evidence = evidence.with(answer.getKey(), answer.getValue());
    }
    if (!ways.isEmpty()) {
      List<String> lines = new ArrayList<>();
      ways.forEach((way, counts) -> lines.add(way + ": " + words(counts)));
      evidence = evidence.with("tried", String.join("\n", lines));
    }
    if (!remarks.isEmpty()) {
      evidence = evidence.with("remarks", String.join("\n", remarks));
    }
    if (!examples.isEmpty()) {
      return new Outcome.Failed(
          examples.keySet().stream().filter(this::isTold).limit(100).map(this::finding).toList(),
          evidence);
    }
    if (!answers.containsKey("allowed")) {
      unclear.add("nothing at all was allowed, with any tenant: that proves no separation");
    }
    if (!unclear.isEmpty()) {
      return Outcome.inconclusive(
          Finding.of("rowsecurity.unclear", "a way to the rows could not be tried")
              .withExpected("an answer for each way")
              .withFound(String.join("\n", unclear.stream().limit(20).toList()))
              .withFix(
                  "fix the cause, or say accepting(\"schema.name\") for a view, function or table"));
    }
    return Outcome.passed(evidence);
  }

  private static String words(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .map(one -> one.getKey() + " " + one.getValue())
        .collect(Collectors.joining(", "));
  }

  private Finding finding(Way way) {
    List<String> these = examples.getOrDefault(way, List.of());
    int more = counts.getOrDefault(way, 0) - these.size();
    return Finding.of(way.code(), way.headline())
        .withExpected(way.expected())
        .withFound(String.join("\n", these) + (more == 0 ? "" : "\n... and " + more + " more"))
        .withFix(way.fix());
  }
}
