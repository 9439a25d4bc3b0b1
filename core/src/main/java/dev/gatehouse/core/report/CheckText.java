package dev.gatehouse.core.report;

import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * What a check answered that was asked without a run, in the words that a run has for it.
 *
 * <p>Text without colour, lines ended by {@code \n}. Reads no database and needs no privilege.
 * Thread-safe.
 *
 * @since 0.1
 */
public final class CheckText {
  /** More would be read by nobody. */
  private static final int MOST = 50;

  private CheckText() {}

  /**
   * The whole message of each cause, with a blank line between two; empty when the check holds.
   *
   * @param where such as {@code gate 'Least privilege' did not open}
   * @param outline of the plan that the check was asked for
   */
  public static String of(String where, Outcome outcome, Outline outline) {
    return text(where, outcome, Words.target(outline));
  }

  /** The same where nothing is known but the outcome: no target, and no place where it happened. */
  public static String of(Outcome outcome) {
    return text("", outcome, "");
  }

  private static String text(String where, Outcome outcome, String target) {
    if (outcome.status().opens()) {
      return "";
    }
    return text(where, findings(outcome), target);
  }

  /** The same of these findings, where nothing else is known. */
  public static String of(List<Finding> findings) {
    return text("", findings, "");
  }

  /**
   * The lines of what takes a finding away, without those that only explain: findings of the same
   * lines have one cause, and are told together. Empty when the finding has none.
   */
  public static List<String> remedy(Finding finding) {
    return Cause.remedy(finding).stream().map(Plain::line).toList();
  }

  private static String text(String where, List<Finding> findings, String target) {
    List<Cause> causes =
        Cause.of(
            findings.stream()
                .map(finding -> new Failure(Plain.line(where), Failure.plain(finding)))
                .toList());
    List<String> texts = new ArrayList<>();
    causes.stream().limit(MOST).map(cause -> cause.text(target)).forEach(texts::add);
    if (causes.size() > MOST) {
      texts.add("and " + (causes.size() - MOST) + " more like these");
    }
    return String.join("\n\n", texts);
  }

  private static List<Finding> findings(Outcome outcome) {
    if (outcome instanceof Outcome.Waiting waiting) {
      return List.of(
          Finding.of("check.waiting", "not yet: " + waiting.reason())
              .withFix("ask again at " + Words.time(waiting.recheckAt())));
    }
    return outcome.findings();
  }
}
