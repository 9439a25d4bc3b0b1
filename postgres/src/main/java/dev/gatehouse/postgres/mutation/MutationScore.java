package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What became of each mutant. */
final class MutationScore {
  private static final int MOST = 100;

  private final Map<Mutant, String> killed = new LinkedHashMap<>();
  private final List<Mutant> survived = new ArrayList<>();
  private final List<Mutant> pruned = new ArrayList<>();
  private final Map<Mutant, String> stillborn = new LinkedHashMap<>();
  private final Map<Mutant, String> inconclusive = new LinkedHashMap<>();
  private double seconds;

  void killed(Mutant mutant, String by) {
    killed.put(mutant, by);
  }

  void survived(Mutant mutant) {
    survived.add(mutant);
  }

  /** It is none: what was thought of it before does not count. */
  void pruned(Mutant mutant) {
    survived.remove(mutant);
    inconclusive.remove(mutant);
    pruned.add(mutant);
  }

  void stillborn(Mutant mutant, String why) {
    stillborn.put(mutant, why);
  }

  void inconclusive(Mutant mutant, String why) {
    inconclusive.put(mutant, why);
  }

  MutationScore took(double newSeconds) {
    seconds = newSeconds;
    return this;
  }

  private static BigDecimal share(int part, int whole) {
    return BigDecimal.valueOf(part).divide(BigDecimal.valueOf(whole), 6, RoundingMode.FLOOR);
  }

  /** Passed and failed only when the inconclusive ones could not turn it. */
  Outcome outcome(Mutation.Claim claim, Evidence taken) {
    int judged = killed.size() + survived.size();
    if (judged + inconclusive.size() == 0) {
      return Outcome.inconclusive(
          Finding.of("mutation.nothing", "no mutant was left to be noticed")
              .withExpected("one at least that changes something")
              .withFound(pruned.size() + " pruned, " + stillborn.size() + " stillborn")
              .withFix("name the tables and roles that the expectations are about"));
    }
    Evidence evidence = evidence(taken);
    int all = judged + inconclusive.size();
    if (share(killed.size(), all).compareTo(claim.required()) >= 0) {
      return Outcome.passed(evidence);
    }
    if (share(killed.size() + inconclusive.size(), all).compareTo(claim.required()) >= 0) {
      return Outcome.inconclusive(
          Finding.of("mutation.unclear", "some expectations could not tell about some mutants")
              .withExpected("a score of " + claim.required())
              .withFound(summary() + "\n" + lines(inconclusive))
              .withFix("fix what kept them from answering, or add an expectation that can"));
    }
    return new Outcome.Failed(List.of(unnoticed(claim)), evidence);
  }

  /** All of it at once; each with its statement and its question is in the evidence. */
  private Finding unnoticed(Mutation.Claim claim) {
    Map<String, List<String>> byNotice = new LinkedHashMap<>();
    for (Mutant mutant : survived) {
      byNotice.computeIfAbsent(mutant.notice(), key -> new ArrayList<>()).add(mutant.event());
    }
    List<String> lines = new ArrayList<>(List.of(summary(), "nobody noticed when"));
    byNotice.values().forEach(events -> events.forEach(event -> lines.add("  " + event)));
    return Finding.of("mutation.score", "the expectations notice too little")
        .withExpected("a score of " + claim.required())
        .withFound(String.join("\n", lines))
        .withFix(
            "where that must not be, these would notice:\n"
                + String.join("\n", byNotice.keySet())
                + "\nwhere it may, lower requireScore(...)");
  }

  private String score() {
    int judged = killed.size() + survived.size();
    return judged == 0
        ? "none"
        : share(killed.size(), judged).setScale(3, RoundingMode.FLOOR).toPlainString();
  }

  private String summary() {
    return "%s: %d killed, %d survived, %d pruned, %d stillborn, %d inconclusive"
        .formatted(
            score(),
            killed.size(),
            survived.size(),
            pruned.size(),
            stillborn.size(),
            inconclusive.size());
  }

  private Evidence evidence(Evidence taken) {
    Map<String, Long> by =
        killed.values().stream()
            .collect(Collectors.groupingBy(one -> one, LinkedHashMap::new, Collectors.counting()));
    Evidence evidence =
        taken
            .with("score", score())
            .with("mutants", killed.size() + survived.size() + others())
            .with("killed", killed.size())
            .with("survived", survived.size())
            .with("pruned", pruned.size())
            .with("stillborn", stillborn.size())
            .with("inconclusive", inconclusive.size())
            .with("seconds", String.format(Locale.ROOT, "%.1f", seconds))
            .with(
                "first noticed by",
                by.entrySet().stream()
                    .map(one -> one.getKey() + ": " + one.getValue())
                    .collect(Collectors.joining("\n")));
    Map<Mutant, String> questions = new LinkedHashMap<>();
    survived.forEach(mutant -> questions.put(mutant, mutant.question()));
    Map<Mutant, String> proved = new LinkedHashMap<>();
    pruned.forEach(mutant -> proved.put(mutant, "changes nothing"));
    evidence = listed(evidence, "survivors", questions);
    evidence = listed(evidence, "pruned ones", proved);
    evidence = listed(evidence, "stillborn ones", stillborn);
    return listed(evidence, "inconclusive ones", inconclusive);
  }

  private int others() {
    return pruned.size() + stillborn.size() + inconclusive.size();
  }

  private static Evidence listed(Evidence evidence, String name, Map<Mutant, String> mutants) {
    return mutants.isEmpty() ? evidence : evidence.with(name, lines(mutants));
  }

  private static String lines(Map<Mutant, String> mutants) {
    String more = mutants.size() > MOST ? "\n... and " + (mutants.size() - MOST) + " more" : "";
    return mutants.entrySet().stream()
            .limit(MOST)
            .map(one -> one.getKey() + " -- " + one.getValue())
            .collect(Collectors.joining("\n"))
        + more;
  }
}
