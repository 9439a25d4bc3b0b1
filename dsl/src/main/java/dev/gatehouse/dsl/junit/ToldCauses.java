package dev.gatehouse.dsl.junit;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.report.CheckText;
import dev.gatehouse.dsl.words.RedTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells each cause once among the tests of one factory: the test that meets it first has the whole
 * message, each other one says which that is, what it found itself, and the fix. All of them are
 * red.
 */
final class ToldCauses {
  private final Map<String, String> first = new ConcurrentHashMap<>();

  /**
   * What that test is to throw.
   *
   * @param text the whole message
   */
  AssertionError of(String test, String text, List<Finding> findings) {
    List<Finding> whole = new ArrayList<>();
    Map<String, List<String>> known = new LinkedHashMap<>();
    for (Finding finding : findings) {
      // only where none of its causes is news: what is not told elsewhere is told here
      List<String> by =
          CheckText.remedy(finding).stream()
              .map(line -> first.computeIfAbsent(line, none -> test))
              .distinct()
              .toList();
      if (by.isEmpty() || by.contains(test)) {
        whole.add(finding);
      } else {
        String cause =
            String.format("%n  cause     that of '%s'", String.join("', '", by))
                + String.format("%n  fix       ")
                + String.join("\n            ", CheckText.remedy(finding));
        known.computeIfAbsent(cause, none -> new ArrayList<>()).add(finding.headline());
      }
    }
    List<String> texts = new ArrayList<>();
    known.forEach((cause, headlines) -> texts.add(String.join("\n", headlines) + cause));
    if (!whole.isEmpty() && !texts.isEmpty()) {
      texts.add(0, CheckText.of(whole));
    }
    return RedTest.of(texts.isEmpty() ? text : String.join("\n\n", texts), findings);
  }
}
