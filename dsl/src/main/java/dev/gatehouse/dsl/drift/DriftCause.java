package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.dialect.Drift;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A difference, and those that come with it: the parts of a table that is gone, the constraints and
 * views of others that named it, the objects of a schema, what stood on a column, and the table's
 * own list of columns. Each is told by its name, so that nothing is left out.
 *
 * @param first which the others come with
 * @param with in the order of the catalogue
 */
record DriftCause(Drift first, List<Drift> with) {

  /** In the order of the catalogue, by the first of each. */
  static List<DriftCause> of(List<Drift> drifts) {
    List<Drift> wholes = Drift.wholes(drifts);
    ComesWith comesWith = new ComesWith(wholes);
    Map<Drift, List<Drift>> causes = new LinkedHashMap<>();
    wholes.forEach(drift -> causes.put(drift, new ArrayList<>()));
    for (Drift drift : wholes) {
      Drift first = comesWith.first(drift);
      if (!first.equals(drift)) {
        causes.getOrDefault(first, new ArrayList<>()).add(drift);
        causes.remove(drift);
      }
    }
    return causes.entrySet().stream()
        .map(
            cause -> new DriftCause(cause.getKey(), with(cause.getKey(), cause.getValue(), drifts)))
        .toList();
  }

  private static List<Drift> with(Drift first, List<Drift> others, List<Drift> drifts) {
    return drifts.stream()
        .filter(drift -> !drift.equals(first))
        .filter(
            drift ->
                others.contains(drift)
                    || Stream.concat(Stream.of(first), others.stream())
                        .anyMatch(whole -> isPart(drift, whole)))
        .toList();
  }

  /** A part of something that is missing or surplus itself goes with it. */
  private static boolean isPart(Drift part, Drift whole) {
    return !(whole instanceof Drift.Changed)
        && whole.object().of().isEmpty()
        && part.getClass() == whole.getClass()
        && part.object().of().equals(whole.object().name());
  }
}
