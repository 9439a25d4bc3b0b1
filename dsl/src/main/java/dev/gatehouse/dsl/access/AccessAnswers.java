package dev.gatehouse.dsl.access;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How many findings a reader is told of. */
final class AccessAnswers {
  /** More would be read by nobody. */
  private static final int MOST = 50;

  private AccessAnswers() {}

  static Outcome few(Outcome outcome) {
    if (!(outcome instanceof Outcome.Failed failed) || failed.findings().size() <= MOST) {
      return outcome;
    }
    List<Finding> cut = new ArrayList<>(failed.findings().subList(0, MOST));
    cut.add(
        Finding.of("privileges.more", (failed.findings().size() - MOST) + " more like these")
            .withFix("fix these first, then ask again"));
    return new Outcome.Failed(cut, failed.evidence());
  }

  static String few(List<String> all) {
    String more = all.size() > MOST ? "; ... and " + (all.size() - MOST) + " more" : "";
    return all.stream().limit(MOST).collect(Collectors.joining("; ")) + more;
  }
}
