package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a role comes to the rows of a table other than by the table: what can be asked, and is to be
 * looked at, and what cannot be tried, each of which must be known.
 *
 * @param relations quoted names of what is read, and leads there
 * @param routines signatures of what is called, and leads there
 * @param untried sentences
 */
record OtherWays(Set<String> relations, Set<String> routines, List<String> untried) {
  /** What happens when a relation is read. */
  private static final Set<Hop.Kind> BY_READING =
      EnumSet.of(Hop.Kind.VIEW, Hop.Kind.MATERIALIZED_VIEW, Hop.Kind.POLICY);

  /**
   * Looks for them in what the catalogue tells.
   *
   * @param tree names of the table, its parents, partitions and children, as the server prints them
   * @param accepted names of what may tell of all tenants
   */
  static OtherWays of(
      EffectiveAccess access, String role, Set<String> tree, List<String> accepted) {
    Set<String> relations = new TreeSet<>();
    Set<String> routines = new TreeSet<>();
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
          boolean known = path.unknown().isEmpty();
          boolean routine = name.endsWith(")");
          boolean asked = routine || BY_READING.contains(entry.get().kind());
          if (asked) {
            (routine ? routines : relations).add(name);
          }
          // What is known to write is not left to an answer that may have written nothing.
          if (!asked || (known && !act.equals("SELECT"))) {
            untried.add("%s on %s: %s".formatted(act, table, path));
          }
        }
      }
    }
    return new OtherWays(relations, routines, List.copyOf(untried));
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
