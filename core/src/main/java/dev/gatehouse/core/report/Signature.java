package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.outcome.Word;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of the sign-off: who said what, in which role, when, and how that is proven. Empty where
 * nobody has.
 */
record Signature(
    String step, String said, String who, String role, Optional<Instant> at, String proof) {

  /** What was asked of people, and what they said. */
  static List<Signature> of(RunRecord run) {
    List<Signature> all = new ArrayList<>();
    for (StepRecord step : run.steps()) {
      if (step.line().effectClass() == EffectClass.HUMAN && step.answers().isEmpty()) {
        all.add(open(step.name()));
      }
      step.answers().forEach(word -> all.add(of(step.name(), word)));
    }
    for (StepRecord step : run.steps()) {
      step.words().forEach(word -> all.add(of(step.name(), word)));
    }
    return all;
  }

  static Signature open(String step) {
    return new Signature(step, "", "", "", Optional.empty(), "");
  }

  private static Signature of(String step, Word word) {
    String said = (word.yes() ? "yes" : "NO") + (word.text().isEmpty() ? "" : ": " + word.text());
    return new Signature(step, said, word.who(), word.role(), Optional.of(word.at()), word.proof());
  }

  /** What it is for, and what was said if that was no plain yes. */
  String what() {
    return step + (role.isEmpty() ? "" : ", " + role) + (said.startsWith("NO") ? ": NO" : "");
  }

  String whoAndProof() {
    return who + (proof.isEmpty() ? "" : " (" + proof + ")");
  }

  String when() {
    return at.map(Words::time).orElse("");
  }
}
