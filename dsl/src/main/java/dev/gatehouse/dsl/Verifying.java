package dev.gatehouse.dsl;

import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.core.run.Inspection.Answer;
import dev.gatehouse.dsl.words.RedTest;
import java.util.List;

/** The same checks, in a test. */
final class Verifying {
  private Verifying() {}

  static void all(Inspection inspection) {
    List<Answer> red = inspection.answers().stream().filter(answer -> !answer.holds()).toList();
    if (!red.isEmpty()) {
      throw RedTest.of(
          String.join("\n\n", red.stream().map(Answer::text).toList()),
          red.stream().flatMap(answer -> answer.outcome().findings().stream()).toList());
    }
  }
}
