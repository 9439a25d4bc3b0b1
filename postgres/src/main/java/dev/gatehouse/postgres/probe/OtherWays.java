package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a role comes to the rows of a table other than by the table: relations whose answers are to
 * be looked at, and ways that cannot be tried, each of which must be known.
 *
 * @param relations quoted names of what is read, and leads there
 * @param untried sentences
 */
record OtherWays(Set<String> relations, List<String> untried) {

  /**
   * @param tree names of the table, its parents, partitions and children, as the server prints them
   * @param accepted names of what may tell of all tenants
   */
  static OtherWays of(
      EffectiveAccess access, String role, Set<String> tree, List<String> accepted) {
    Set<String> relations = new TreeSet<>();
    Set<String> untried = new LinkedHashSet<>();
    for (String table : tree) {
      AccessObject object = AccessObject.table(table);
      for (String act : List.of("SELECT", "INSERT", "UPDATE", "DELETE")) {
        for (Path path : access.paths(role, act, object)) {
          Optional<String> entry = entry(path, tree);
          if (entry.isEmpty()
              || path.through().stream().anyMatch(name -> accepted.contains(plain(name)))) {
            continue;
          }
          boolean routine = entry.get().endsWith(")");
          if (act.equals("SELECT") && !routine) {
            relations.add(entry.get());
          } else if (path.unknown().isEmpty() && !act.equals("SELECT")) {
            untried.add("%s on %s: %s".formatted(act, table, path));
          }
        }
      }
    }
    return new OtherWays(relations, List.copyOf(untried));
  }

  /** The first thing on the way that is not of the table. */
  private static Optional<String> entry(Path path, Set<String> tree) {
    return path.hops().stream()
        .map(Hop::through)
        .filter(through -> !through.isEmpty() && !tree.contains(through))
        .findFirst();
  }

  /** Without its arguments. */
  private static String plain(String name) {
    return name.endsWith(")") ? name.substring(0, name.indexOf('(')) : name;
  }
}
