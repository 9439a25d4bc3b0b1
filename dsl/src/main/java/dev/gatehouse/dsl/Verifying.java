package dev.gatehouse.dsl;

import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.core.run.Inspection.Answer;
import java.util.List;

/** The same checks, in a test. */
final class Verifying {
  private Verifying() {}

  static void all(Inspection inspection) {
    List<String> texts =
        inspection.answers().stream().filter(answer -> !answer.holds()).map(Answer::text).toList();
    if (!texts.isEmpty()) {
      throw new AssertionError(String.join("\n\n", texts));
    }
  }
}
