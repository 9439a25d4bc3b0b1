package dev.gatehouse.postgres.policy;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a role comes to the rows of a table other than by the table: what can be asked, and is to be
 * looked at, and what cannot be tried, each of which must be known.
 *
 * @param ways by names as the server prints them
 * @param untried sentences
 */
public record OtherWays(Map<String, Way> ways, List<String> untried) {
  /** What happens when a relation is read. */
  private static final Set<Hop.Kind> BY_READING =
      EnumSet.of(Hop.Kind.VIEW, Hop.Kind.MATERIALIZED_VIEW, Hop.Kind.POLICY);

  /**
   * What the role reads, changes or calls.
   *
   * @param beyond what it leads through then, before the table
   * @param writes sentences on what is known to be written by it
   */
  public record Way(String name, Set<String> beyond, Set<String> writes) {
    /** One of which the catalogue tells nothing more. */
    public static Way of(String name) {
      return new Way(name, Set.of(), Set.of());
    }

    public boolean isRoutine() {
      return name.endsWith(")");
    }

    /** All that it leads through. */
    public Set<String> through() {
      Set<String> all = new TreeSet<>(beyond);
      all.add(name);
      return all;
    }
  }

  /**
   * What the catalogue tells.
   *
   * @param tree names of the table, its parents, partitions and children, as the server prints them
   * @param accepted names of what may tell of all tenants
   */
  public record Known(EffectiveAccess access, Set<String> tree, List<String> accepted) {
    public OtherWays of(String role) {
      return OtherWays.of(access, role, tree, accepted);
    }
  }

  private static OtherWays of(
      EffectiveAccess access, String role, Set<String> tree, List<String> accepted) {
    Map<String, Way> ways = new TreeMap<>();
    Set<String> untried = new LinkedHashSet<>();
    for (String table : tree) {
      for (String act : List.of("SELECT", "INSERT", "UPDATE", "DELETE")) {
        for (Path path : access.paths(role, act, AccessObject.table(table))) {
          Optional<Hop> entry = entry(path, tree);
          if (entry.isEmpty()
              || path.through().stream().anyMatch(name -> accepted.contains(plain(name)))) {
            continue;
          }
          String name = entry.get().through();
          boolean asked = name.endsWith(")") || BY_READING.contains(entry.get().kind());
          String sentence = "%s on %s: %s".formatted(act, table, path);
          if (!asked) {
            untried.add(sentence);
            continue;
          }
          Way way =
              ways.computeIfAbsent(
                  name, key -> new Way(key, new TreeSet<>(), new LinkedHashSet<>()));
          path.through().stream()
              .filter(one -> !one.equals(name) && !tree.contains(one))
              .forEach(way.beyond()::add);
          if (path.unknown().isEmpty() && !act.equals("SELECT")) {
            way.writes().add(sentence);
          }
        }
      }
    }
    return new OtherWays(ways, List.copyOf(untried));
  }

  /** The first thing on the way that is not of the table. */
  private static Optional<Hop> entry(Path path, Set<String> tree) {
    return path.hops().stream()
        .filter(hop -> !hop.through().isEmpty() && !tree.contains(hop.through()))
        .findFirst();
  }

  /** Without its arguments. */
  private static String plain(String name) {
    return name.endsWith(")") ? name.substring(0, name.indexOf('(')) : name;
  }
}
