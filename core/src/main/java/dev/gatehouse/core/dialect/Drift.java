package dev.gatehouse.core.dialect;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

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

  /** In words: what was expected of it, as far as it differs; a line for each field. */
  String expected();

  /** In words: what was found of it, as far as it differs; a line for each field. */
  String found();

  /**
   * Those that stand for themselves: a part of something that is missing or surplus itself goes
   * with it.
   */
  static List<Drift> wholes(List<Drift> drifts) {
    Set<String> whole = new HashSet<>();
    drifts.stream()
        .filter(drift -> !(drift instanceof Changed))
        .filter(drift -> drift.object().of().isEmpty())
        .forEach(drift -> whole.add(DriftText.side(drift) + drift.object().name()));
    return drifts.stream()
        .filter(drift -> !whole.contains(DriftText.side(drift) + drift.object().of()))
        .toList();
  }

  /** The objects of those that are meant, as a list for people: the first twenty by name. */
  static String words(List<Drift> drifts, Predicate<Drift> meant) {
    List<String> words = drifts.stream().filter(meant).map(d -> d.object().words()).toList();
    int shown = Math.min(DriftText.SHOWN, words.size());
    return String.join(", ", words.subList(0, shown))
        + (shown < words.size() ? " and " + (words.size() - shown) + " more" : "");
  }

  /** It was recorded and is not there. */
  record Missing(CatalogueObject object) implements Drift {
    @Override
    public String expected() {
      return DriftText.described(object);
    }

    @Override
    public String found() {
      return DriftText.NOTHING;
    }
  }

  /** It is there and was not recorded. */
  record Surplus(CatalogueObject object) implements Drift {
    @Override
    public String expected() {
      return DriftText.NOTHING;
    }

    @Override
    public String found() {
      return DriftText.described(object);
    }
  }

  /** It is there, but not as it was recorded. */
  record Changed(CatalogueObject object, CatalogueObject other) implements Drift {
    @Override
    public String expected() {
      return DriftText.lines(fields(), Fields::expected, Fields::found);
    }

    @Override
    public String found() {
      return DriftText.lines(fields(), Fields::found, Fields::expected);
    }

    /** What differs, by the name of the field, in the order of the fields. */
    public Map<String, Fields> fields() {
      Map<String, String> before = object.fields();
      Map<String, String> after = other.fields();
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
