package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Drift;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which difference comes with which other, by what their definitions name. */
final class ComesWith {
  private static final String SCHEMA = "schema";
  private static final String COLUMN = "column";
  private static final String COLUMNS = "columns";
  private static final String PARENTS = "parents";

  /** What is made before what: nothing comes with what is made after it. */
  private static final List<Set<String>> ORDER =
      List.of(
          Set.of(SCHEMA),
          Set.of("domain", "enum", "composite type", "range", "base type", "sequence"),
          Set.of("function", "procedure", "aggregate"),
          Set.of("table", "foreign table"),
          Set.of(COLUMN));

  private static final Set<String> VIEWS = Set.of("view", "materialized view");

  /** Neither makes an object of another. */
  private static final Set<String> BESIDE = Set.of("comment", "owner", "privileges");

  private final List<Drift> all;
  private final Map<Drift, String> texts = new HashMap<>();
  private final Map<Drift, Drift> before = new HashMap<>();

  /**
   * @param all those that are no part of another
   */
  ComesWith(List<Drift> all) {
    this.all = all;
    List<Drift> making =
        all.stream()
            .filter(drift -> !(drift instanceof Drift.Changed))
            .filter(drift -> rank(drift) < ORDER.size())
            .sorted(Comparator.comparingInt(ComesWith::rank))
            .toList();
    for (Drift drift : all) {
      Optional<Drift> other =
          making.stream().filter(one -> !one.equals(drift) && explains(one, drift)).findFirst();
      other.ifPresent(one -> before.put(drift, one));
    }
  }

  /** The one that comes with no other; itself where it is that. */
  Drift first(Drift drift) {
    Drift first = drift;
    while (before.containsKey(first)) {
      first = before.get(first);
    }
    return first;
  }

  private static int rank(Drift drift) {
    CatalogueObject object = drift.object();
    for (int at = 0; at < ORDER.size(); at++) {
      if (ORDER.get(at).contains(object.kind())) {
        boolean owned = object.kind().equals("sequence") && !object.of().isEmpty();
        return owned ? ORDER.size() : at;
      }
    }
    return ORDER.size();
  }

  private boolean explains(Drift other, Drift drift) {
    CatalogueObject made = other.object();
    CatalogueObject object = drift.object();
    if (drift instanceof Drift.Changed changed) {
      return isOf(other, object) && isBut(changed);
    }
    if (other.getClass() != drift.getClass()) {
      return false;
    }
    if (made.kind().equals(object.kind())) {
      // A partition goes with the whole.
      return object.fields().getOrDefault(PARENTS, "").equals(made.name());
    }
    if (rank(other) >= rank(drift)) {
      return false;
    }
    if (made.kind().equals(SCHEMA)) {
      return made.name().replace("\"", "").equals(object.schema());
    }
    if (made.kind().equals(COLUMN)) {
      boolean there = object.of().equals(made.of());
      boolean seen = VIEWS.contains(object.kind()) && names(drift, made.of());
      return (there || seen) && names(drift, own(made));
    }
    return names(drift, made.name());
  }

  private static boolean isOf(Drift column, CatalogueObject table) {
    return column.object().kind().equals(COLUMN) && column.object().of().equals(table.name());
  }

  private static String own(CatalogueObject column) {
    return column.name().substring(column.of().length() + 1);
  }

  /** Whether all that is another of a table is its list of columns, by columns that are told. */
  private boolean isBut(Drift.Changed table) {
    Map<String, Drift.Fields> fields = table.fields();
    Drift.Fields lists = fields.get(COLUMNS);
    if (lists == null || fields.size() != 1) {
      return false;
    }
    List<String> told =
        all.stream()
            .filter(one -> !(one instanceof Drift.Changed) && isOf(one, table.object()))
            .map(one -> own(one.object()))
            .toList();
    return without(lists.expected(), told).equals(without(lists.found(), told));
  }

  private static List<String> without(String list, List<String> names) {
    List<String> left = new ArrayList<>(Arrays.asList(list.split(", ", -1)));
    left.removeAll(names);
    return left;
  }

  /** As a word of its own in what it is made by. */
  private boolean names(Drift drift, String name) {
    String text = texts.computeIfAbsent(drift, ComesWith::text);
    return text.contains(name)
        && Pattern.compile("(?<![\\w$])" + Pattern.quote(name) + "(?![\\w$])").matcher(text).find();
  }

  private static String text(Drift drift) {
    return drift.object().fields().entrySet().stream()
        .filter(field -> !BESIDE.contains(field.getKey()))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining("\n"));
  }
}
