package dev.gatehouse.core.report;

import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What went wrong in one place and goes away by one remedy: told once, with all that it touches.
 * The findings stay apart in the journal, in JSON, and where they are held against known ones.
 *
 * @param all at least one; each has the same remedy, to the last line
 */
record Cause(List<Failure> all) {
  private static final int MOST = 50;
  private static final String BELOW = "\n            ";

  /** In the order of their first findings. One without a remedy is a cause of its own. */
  static List<Cause> of(List<Failure> failures) {
    Map<String, List<Failure>> causes = new LinkedHashMap<>();
    for (Failure failure : failures) {
      List<String> remedy = remedy(failure.finding());
      String key = remedy.isEmpty() ? "" + causes.size() : failure.where() + "\n" + remedy;
      causes.computeIfAbsent(key, none -> new ArrayList<>()).add(failure);
    }
    return causes.values().stream().map(Cause::new).toList();
  }

  /**
   * The lines by which findings of one cause are known; empty when nothing is known to help. Lines
   * that begin as a comment in SQL only explain.
   */
  static List<String> remedy(Finding finding) {
    return finding.fix().lines().filter(line -> !line.startsWith("--")).toList();
  }

  /** The aligned text of house style: the first finding whole, of others what they touch. */
  String text(String target) {
    Finding first = all.get(0).finding();
    if (all.size() == 1) {
      return all.get(0).text(target);
    }
    Failure told = new Failure(all.get(0).where(), first.withFix(fixes()));
    String text = told.text(target);
    int fix = text.lastIndexOf("\n  fix       ");
    Set<String> codes = all.stream().map(one -> one.finding().code()).collect(Collectors.toSet());
    String code = "\n  code      " + first.code();
    return text.substring(0, fix)
        + "\n  also      "
        + String.join(BELOW, others())
        + text.substring(fix, codes.size() == 1 ? text.length() : text.lastIndexOf(code))
        + (codes.size() == 1 ? "" : "\n  code      " + codes(first));
  }

  private String codes(Finding first) {
    Set<String> codes = new LinkedHashSet<>(Set.of(first.code()));
    all.forEach(one -> codes.add(one.finding().code()));
    return String.join(", ", codes);
  }

  /** One line each, with the first of what was found. */
  private List<String> others() {
    String found = all.get(0).finding().found();
    List<String> others = new ArrayList<>();
    for (Failure other : all.subList(1, all.size())) {
      List<String> lines = other.finding().found().lines().toList();
      boolean same = lines.isEmpty() || other.finding().found().equals(found);
      String more = lines.size() > 1 ? " (and " + (lines.size() - 1) + " more)" : "";
      others.add(other.finding().headline() + (same ? "" : ": " + lines.get(0) + more));
    }
    List<String> few = new ArrayList<>(others.subList(0, Math.min(MOST, others.size())));
    if (others.size() > MOST) {
      few.add("and " + (others.size() - MOST) + " more");
    }
    return few;
  }

  private String fixes() {
    return all.stream()
        .flatMap(one -> one.finding().fix().lines())
        .distinct()
        .collect(Collectors.joining("\n"));
  }
}
