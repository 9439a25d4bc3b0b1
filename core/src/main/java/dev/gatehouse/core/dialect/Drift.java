package dev.gatehouse.core.dialect;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * One difference from a {@link Baseline}.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public sealed interface Drift {

  /** The object it is about: as expected, or as found when none was expected. */
  CatalogueObject object();

  /** It was recorded and is not there. */
  record Missing(CatalogueObject object) implements Drift {}

  /** It is there and was not recorded. */
  record Surplus(CatalogueObject object) implements Drift {}

  /** It is there, but not as it was recorded. */
  record Changed(CatalogueObject object, CatalogueObject found) implements Drift {

    /** What differs, by the name of the field, in the order of the fields. */
    public Map<String, Fields> fields() {
      Map<String, String> before = object.fields();
      Map<String, String> after = found.fields();
      Map<String, Fields> differing = new LinkedHashMap<>();
      TreeSet<String> names = new TreeSet<>(before.keySet());
      names.addAll(after.keySet());
      for (String name : names) {
        Fields fields = new Fields(before.getOrDefault(name, ""), after.getOrDefault(name, ""));
        if (!fields.expected().equals(fields.found())) {
          differing.put(name, fields);
        }
      }
      return differing;
    }
  }

  /** A field on both sides; empty where it is not set. */
  record Fields(String expected, String found) {}
}
