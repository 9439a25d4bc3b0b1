package dev.gatehouse.core.letter;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;

/** How it is said that a word does not count: by the field that differs. */
public final class Words {
  private static final String CODE = "word.";

  private Words() {}

  /** Does not count, for this field. */
  public static Refusal refused(String field, String why, String expected, String found) {
    return new Refusal(
        Finding.of(CODE + field, why)
            .withExpected(expected)
            .withFound(found)
            .withFix(
                "see what the run waits for: examples/run status JOURNAL; then say it again from"
                    + " there"));
  }

  /** What the run would have done behind it is not done. */
  public static Refusal asksNoMore(String step) {
    return refused(
        "step",
        "the run was stopped, and asks nobody about '" + step + "'",
        "a word said before it was stopped",
        "it undoes what it did");
  }

  /** The field that a refusal is about; the code of one that is about something else. */
  public static String field(Refusal refusal) {
    String code = refusal.findings().get(0).code();
    return code.startsWith(CODE) ? code.substring(CODE.length()) : code;
  }
}
