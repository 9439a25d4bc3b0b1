package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.List;

/** Differences in words: what comes with something that is gone or new is told with it. */
record DriftFindings(String source, CatalogueReader reader) {
  private static final int MOST = 50;
  private static final int SHOWN = 40;
  private static final String UNDECIDED =
      "decide which is right: change the database by a script, or record the baseline again";

  static List<Finding> of(List<Drift> drifts, String source, CatalogueReader reader) {
    DriftFindings words = new DriftFindings(source, reader);
    List<DriftCause> told = DriftCause.of(drifts);
    List<Finding> findings = new ArrayList<>();
    for (DriftCause cause : told.subList(0, Math.min(MOST, told.size()))) {
      findings.add(words.finding(cause.first(), cause.with()));
    }
    if (told.size() > MOST) {
      findings.add(
          Finding.of("drift.more", (told.size() - MOST) + " more differences are not told here")
              .withFound(drifts.size() + " differences in all")
              .withFix("narrow it with onSchemas(...), or fix what is reported and ask again"));
    }
    return findings;
  }

  private Finding finding(Drift drift, List<Drift> with) {
    String words = drift.object().words();
    String many = with.isEmpty() ? "" : ", and " + with.size() + " more with it";
    Finding finding;
    if (drift instanceof Drift.Changed) {
      finding = Finding.of("drift.changed", words + " was changed");
    } else if (drift instanceof Drift.Missing) {
      finding = Finding.of("drift.missing", words + " is missing" + many);
    } else {
      finding = Finding.of("drift.surplus", words + " is not in " + source + many);
    }
    return finding
        .withExpected(drift.expected())
        .withFound(drift.found() + listed(with))
        .withFix(fix(drift, with));
  }

  private static String listed(List<Drift> with) {
    if (with.isEmpty()) {
      return "";
    }
    List<String> words = with.stream().limit(SHOWN).map(DriftFindings::words).toList();
    return "\nwith it: "
        + String.join(", ", words)
        + (with.size() > SHOWN ? " and " + (with.size() - SHOWN) + " more" : "");
  }

  private static String words(Drift drift) {
    return (drift instanceof Drift.Changed ? "the list of columns of " : "")
        + drift.object().words();
  }

  private String fix(Drift drift, List<Drift> with) {
    boolean alone = with.stream().allMatch(Drift.Changed.class::isInstance);
    List<String> suggestion = alone ? reader.suggestion(drift) : List.of();
    return suggestion.isEmpty()
        ? UNDECIDED
        : "suggestion, never executed here: " + String.join("\n", suggestion);
  }
}
