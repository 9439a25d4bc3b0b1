package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.List;

/** Differences in words: what is part of something that is gone or new is told with it. */
record DriftFindings(String source, CatalogueReader reader) {
  private static final int MOST = 50;
  private static final String UNDECIDED =
      "decide which is right: change the database by a script, or record the baseline again";

  static List<Finding> of(List<Drift> drifts, String source, CatalogueReader reader) {
    DriftFindings words = new DriftFindings(source, reader);
    List<Drift> told = Drift.wholes(drifts);
    List<Finding> findings = new ArrayList<>();
    for (Drift drift : told.subList(0, Math.min(MOST, told.size()))) {
      findings.add(words.finding(drift, drift.parts(drifts)));
    }
    if (told.size() > MOST) {
      findings.add(
          Finding.of("drift.more", (told.size() - MOST) + " more differences are not told here")
              .withFound(drifts.size() + " differences in all")
              .withFix("narrow it with onSchemas(...), or fix what is reported and ask again"));
    }
    return findings;
  }

  private Finding finding(Drift drift, long parts) {
    String words = drift.object().words();
    String with = parts == 0 ? "" : ", with its " + parts + (parts == 1 ? " part" : " parts");
    Finding finding;
    if (drift instanceof Drift.Changed) {
      finding = Finding.of("drift.changed", words + " was changed");
    } else if (drift instanceof Drift.Missing) {
      finding = Finding.of("drift.missing", words + " is missing" + with);
    } else {
      finding = Finding.of("drift.surplus", words + " is not in " + source + with);
    }
    return finding
        .withExpected(drift.expected())
        .withFound(drift.found())
        .withFix(fix(drift, parts));
  }

  private String fix(Drift drift, long parts) {
    List<String> suggestion = parts == 0 ? reader.suggestion(drift) : List.of();
    return suggestion.isEmpty()
        ? UNDECIDED
        : "suggestion, never executed here: " + String.join("\n", suggestion);
  }
}
