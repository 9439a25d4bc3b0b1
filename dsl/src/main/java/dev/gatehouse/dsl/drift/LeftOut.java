package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is not compared, on both sides: objects by their names, and partitions by the table they are
 * of; with all that goes with them.
 */
record LeftOut(List<String> names, List<String> partitioned) {
  static final LeftOut NOTHING = new LeftOut(List.of(), List.of());

  private static final String PARENTS = "parents";
  private static final String BOUND = "partitionBound";
  private static final int TOLD = 10;

  /** Which objects of each of two states it is. */
  record Sides(Predicate<CatalogueObject> wanted, Predicate<CatalogueObject> found) {
    Predicate<CatalogueObject> either() {
      return wanted.or(found);
    }
  }

  LeftOut {
    names = List.copyOf(names);
    partitioned = List.copyOf(partitioned);
    Stream.concat(names.stream(), partitioned.stream()).forEach(NamePattern::of);
  }

  LeftOut named(List<String> more) {
    return new LeftOut(both(names, more), partitioned);
  }

  LeftOut partitionsOf(List<String> more) {
    return new LeftOut(names, both(partitioned, more));
  }

  private static List<String> both(List<String> before, List<String> more) {
    List<String> all = new ArrayList<>(before);
    all.addAll(more);
    return all;
  }

  /** For the name of the check. */
  String words() {
    String but = names.isEmpty() ? "" : " except " + String.join(", ", names);
    return partitioned.isEmpty()
        ? but
        : but + " except partitions of " + String.join(", ", partitioned);
  }

  /**
   * Which objects of these two states it is. A name is left out on both sides; a partition where it
   * is one: one that was detached, or was made something else, is compared as what it is now.
   *
   * @throws Refusal {@code drift.nothing} when a pattern names nothing on either side: what is
   *     meant to be left out would be compared
   */
  Sides of(Baseline wanted, Baseline found) {
    List<CatalogueObject> all =
        Stream.concat(wanted.objects().stream(), found.objects().stream()).toList();
    Set<String> named = new HashSet<>();
    for (String name : names) {
      named.addAll(matching(all, NamePattern.of(name), name));
    }
    for (String table : partitioned) {
      if (all.stream().noneMatch(object -> isPartitioned(object, NamePattern.of(table)))) {
        throw nothing("a partitioned table named like '" + table + "'");
      }
    }
    return new Sides(on(wanted, named), on(found, named));
  }

  private Predicate<CatalogueObject> on(Baseline side, Set<String> named) {
    Set<String> roots = new HashSet<>(named);
    partitioned.forEach(table -> roots.addAll(partitions(side.objects(), table)));
    return object -> roots.contains(object.name()) || roots.contains(object.of());
  }

  private static boolean isPartitioned(CatalogueObject object, NamePattern pattern) {
    return object.facts().containsKey("partitionKey") && stands(object, pattern);
  }

  private static Set<String> matching(
      List<CatalogueObject> all, NamePattern pattern, String written) {
    Set<String> names =
        all.stream()
            .filter(object -> !object.kind().equals("schema") && stands(object, pattern))
            .map(CatalogueObject::name)
            .collect(Collectors.toSet());
    if (names.isEmpty()) {
      throw nothing("an object named like '" + written + "'");
    }
    return names;
  }

  /** Parts, such as columns, have the names of what they are of: they go with it. */
  private static boolean stands(CatalogueObject object, NamePattern pattern) {
    List<String> parts = parts(object.name());
    int standing = object.schema().isEmpty() ? 1 : 2;
    return parts.size() == standing && pattern.matches(object.schema(), parts.get(standing - 1));
  }

  private static Set<String> partitions(List<CatalogueObject> all, String written) {
    NamePattern pattern = NamePattern.of(written);
    Set<String> below = new HashSet<>();
    Set<String> tables = new HashSet<>();
    all.stream()
        .filter(object -> isPartitioned(object, pattern))
        .forEach(object -> tables.add(object.name()));
    boolean more = true;
    while (more) {
      more = false;
      for (CatalogueObject object : all) {
        boolean child =
            object.facts().containsKey(BOUND)
                && Arrays.stream(object.facts().getOrDefault(PARENTS, "").split(" \\("))
                    .anyMatch(parent -> tables.contains(parent) || below.contains(parent));
        more |= child && below.add(object.name());
      }
    }
    return below;
  }

  /** The names between dots, quotes of SQL taken off. */
  private static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '"' && quoted && i + 1 < name.length() && name.charAt(i + 1) == '"') {
        part.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '(' && !quoted) {
        // what a routine takes is no part of what people call it
        break;
      } else if (c == '.' && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  /** For the evidence: how many, and the first by name. */
  String told(Sides left, Baseline wanted, Baseline found) {
    List<String> objects =
        Stream.concat(
                wanted.objects().stream().filter(left.wanted()),
                found.objects().stream().filter(left.found()))
            .filter(object -> object.of().isEmpty())
            .map(CatalogueObject::words)
            .distinct()
            .sorted()
            .toList();
    String more = objects.size() > TOLD ? ", and " + (objects.size() - TOLD) + " more" : "";
    return objects.size()
        + ": "
        + String.join(", ", objects.subList(0, Math.min(TOLD, objects.size())))
        + more;
  }

  private static Refusal nothing(String expected) {
    return new Refusal(
        Finding.of("drift.nothing", "what is to be left out is not there")
            .withExpected(expected)
            .withFound("none on either side")
            .withFix("correct except(...) or exceptPartitionsOf(...), or take it out"));
  }
}
