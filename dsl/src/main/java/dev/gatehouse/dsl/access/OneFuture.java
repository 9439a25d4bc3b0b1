package dev.gatehouse.dsl.access;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What default privileges will give is one finding for each role and schema: catalogues have one
 * entry a privilege. Its subjects are those of all of them, so each stays a known one for itself.
 */
final class OneFuture {
  private static final String HERE = "\u0000";

  private OneFuture() {}

  /** Adds it, to one that differs by the privilege alone where there is one. */
  static void add(List<Finding> findings, Finding future) {
    for (int at = 0; at < findings.size(); at++) {
      Optional<Finding> both = both(findings.get(at), future);
      if (both.isPresent()) {
        findings.set(at, both.get());
        return;
      }
    }
    findings.add(future);
  }

  private static Optional<Finding> both(Finding one, Finding other) {
    boolean alike =
        one.code().equals(other.code())
            && one.headline().equals(other.headline())
            && one.expected().equals(other.expected())
            && other.subjects().size() == 1;
    if (!alike) {
      return Optional.empty();
    }
    String before = privileges(one.subjects());
    String privilege = privileges(other.subjects());
    List<Subject> subjects = new ArrayList<>(one.subjects());
    subjects.addAll(other.subjects());
    String after = privileges(subjects);
    Optional<String> found = both(one.found(), before, other.found(), privilege, after);
    Optional<String> fix = both(one.fix(), before, other.fix(), privilege, after);
    return found.isEmpty() || fix.isEmpty()
        ? Optional.empty()
        : Optional.of(one.withFound(found.get()).withFix(fix.get()).withSubjects(subjects));
  }

  private static String privileges(List<Subject> subjects) {
    return String.join(", ", subjects.stream().map(Subject::what).distinct().toList());
  }

  /** Only where it is sure which word is the privilege: a role may be called like one. */
  private static Optional<String> both(
      String one, String before, String other, String privilege, String after) {
    Optional<String> pattern = without(other, privilege);
    return pattern.isPresent() && pattern.equals(without(one, before))
        ? pattern.map(text -> text.replace(HERE, after))
        : Optional.empty();
  }

  private static Optional<String> without(String text, String privilege) {
    Matcher word =
        Pattern.compile("(?<![\\w\"])" + Pattern.quote(privilege) + "(?![\\w\"])").matcher(text);
    if (!word.find()) {
      return Optional.empty();
    }
    String without = text.substring(0, word.start()) + HERE + text.substring(word.end());
    return word.find() ? Optional.empty() : Optional.of(without);
  }
}
