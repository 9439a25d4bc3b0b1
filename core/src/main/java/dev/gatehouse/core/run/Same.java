package dev.gatehouse.core.run;

import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same refusal of several steps, such as a backup and an undo that backs up: told once. */
final class Same {
  /** Between the step and what is wrong. */
  static final String OF = ": ";

  private Same() {}

  /** In their order; the steps of those that are the same stand before what is wrong. */
  static List<Finding> once(List<Finding> refusals) {
    Map<Finding, List<String>> steps = new LinkedHashMap<>();
    for (Finding refusal : refusals) {
      String head = refusal.headline();
      int at = head.startsWith("step '") ? head.indexOf("'" + OF) + 1 : 0;
      List<String> of =
          steps.computeIfAbsent(
              refusal.withHeadline(at == 0 ? head : head.substring(at + OF.length())),
              first -> new ArrayList<>());
      String step = head.substring(0, at);
      if (at > 0 && !of.contains(step)) {
        of.add(step);
      }
    }
    List<Finding> once = new ArrayList<>();
    steps.forEach(
        (what, of) ->
            once.add(
                of.isEmpty()
                    ? what
                    : what.withHeadline(String.join(", ", of) + OF + what.headline())));
    return once;
  }
}
