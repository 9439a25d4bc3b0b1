package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Differences in words: what is part of something that is gone or new is told with it. */
record DriftFindings(String source, CatalogueReader reader) {
  private static final int MOST = 50;
  private static final String UNDECIDED =
      "decide which is right: change the database by a script, or record the baseline again";

  static List<Finding> of(List<Drift> drifts, String source, CatalogueReader reader) {
    DriftFindings words = new DriftFindings(source, reader);
    Set<String> whole = new HashSet<>();
    drifts.stream()
        .filter(drift -> !(drift instanceof Drift.Changed))
        .filter(drift -> drift.object().of().isEmpty())
        .forEach(drift -> whole.add(side(drift) + drift.object().name()));
    List<Drift> told =
        drifts.stream()
            .filter(drift -> !whole.contains(side(drift) + drift.object().of()))
            .toList();
    List<Finding> findings = new ArrayList<>();
    for (Drift drift : told.subList(0, Math.min(MOST, told.size()))) {
      long parts =
          drifts.stream()
              .filter(part -> side(part).equals(side(drift)))
              .filter(part -> part.object().of().equals(drift.object().name()))
              .count();
      findings.add(words.finding(drift, parts));
    }
    if (told.size() > MOST) {
      findings.add(
          Finding.of("drift.more", (told.size() - MOST) + " more differences are not told here")
              .withFound(drifts.size() + " differences in all")
              .withFix("narrow it with onSchemas(...), or mend what is told and ask again"));
    }
    return findings;
  }

  private static String side(Drift drift) {
    return drift.getClass().getSimpleName() + " ";
  }

  private Finding finding(Drift drift, long parts) {
    CatalogueObject object = drift.object();
    String with = parts == 0 ? "" : ", with its " + parts + (parts == 1 ? " part" : " parts");
    Finding finding;
    if (drift instanceof Drift.Changed changed) {
      Map<String, Drift.Fields> fields = changed.fields();
      finding =
          Finding.of("drift.changed", object.words() + " was changed")
              .withExpected(lines(fields, f -> differing(f.expected(), f.found())))
              .withFound(lines(fields, f -> differing(f.found(), f.expected())));
    } else if (drift instanceof Drift.Missing) {
      finding =
          Finding.of("drift.missing", object.words() + " is missing" + with)
              .withExpected(described(object))
              .withFound("nothing of that name");
    } else {
      finding =
          Finding.of("drift.surplus", object.words() + " is not in " + source + with)
              .withExpected("nothing of that name")
              .withFound(described(object));
    }
    return finding.withFix(fix(drift, parts));
  }

  private String fix(Drift drift, long parts) {
    List<String> suggestion = parts == 0 ? reader.suggestion(drift) : List.of();
    return suggestion.isEmpty()
        ? UNDECIDED
        : "suggestion, never executed here: " + String.join("\n", suggestion);
  }

  private static String described(CatalogueObject object) {
    return object.fields().entrySet().stream()
        .filter(field -> !field.getKey().equals("of"))
        .map(field -> field.getKey() + ": " + field.getValue())
        .collect(Collectors.joining("\n"));
  }

  private static String lines(
      Map<String, Drift.Fields> fields, Function<Drift.Fields, String> side) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + ": " + side.apply(field.getValue()))
        .collect(Collectors.joining("\n"));
  }

  /** The lines of a text that another does not have in that place. */
  private static String differing(String text, String other) {
    if (text.isEmpty()) {
      return "none";
    }
    List<String> mine = Arrays.asList(text.split("\n", -1));
    List<String> theirs = Arrays.asList(other.split("\n", -1));
    int least = Math.min(mine.size(), theirs.size());
    int head = 0;
    while (head < least && mine.get(head).equals(theirs.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < least - head
        && mine.get(mine.size() - 1 - tail).equals(theirs.get(theirs.size() - 1 - tail))) {
      tail++;
    }
    if (head == 0 && tail == 0) {
      return text;
    }
    List<String> rest = mine.subList(head, mine.size() - tail);
    return rest.isEmpty()
        ? "(nothing at line " + (head + 1) + ")"
        : "(line " + (head + 1) + ") " + String.join("\n", rest);
  }
}
