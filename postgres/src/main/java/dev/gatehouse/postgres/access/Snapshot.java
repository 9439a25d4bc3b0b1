package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.postgres.access.AccessEdge.OpaqueCode;
import dev.gatehouse.postgres.access.DefaultPrivileges.DefaultPrivilege;
import dev.gatehouse.postgres.access.ServerPrivileges.ServerPrivilege;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was read of one database, by numbers: the server's oids are left behind.
 *
 * @param databaseOwner number of the role
 * @param items all objects, each at its number
 * @param edges where the use of an item leads, by its number
 * @param opaque code that the use of an item runs, by its number
 * @param specials rights that are about no object
 * @param futures default privileges
 * @param unread what could not be told, one sentence each
 * @param policies by the number of the table, where row security is on
 * @param changes mask of the changes that a view takes, by its number
 * @param unpinned routines that run as their owner and look names up as they are called
 * @param supplying views with defaults of their own, which take the place of those of their tables
 * @param digests of the bodies of routines, by their numbers
 * @param dependencies what is dropped with what
 */
record Snapshot(
    int major,
    RoleGraph graph,
    int databaseOwner,
    List<Securable> items,
    Map<AccessObject, Securable> byObject,
    Map<String, Integer> roleNumbers,
    Map<Integer, List<AccessEdge>> edges,
    Map<Integer, List<OpaqueCode>> opaque,
    List<ServerPrivilege> specials,
    List<DefaultPrivilege> futures,
    List<String> unread,
    Map<Integer, RowPolicies> policies,
    Map<Integer, Integer> changes,
    BitSet unpinned,
    BitSet supplying,
    Map<Integer, String> digests,
    Dependencies dependencies) {

  static Snapshot of(
      int major,
      RoleGraph graph,
      int databaseOwner,
      List<Securable> items,
      AccessEdges ways,
      List<ServerPrivilege> specials,
      List<DefaultPrivilege> futures,
      Dependencies dependencies) {
    Map<AccessObject, Securable> byObject = new HashMap<>(items.size() * 2);
    items.forEach(item -> byObject.put(item.object(), item));
    Map<String, Integer> numbers = new HashMap<>();
    graph.roles().forEach(role -> numbers.put(role.name(), role.number()));
    Map<Integer, List<AccessEdge>> edges = new HashMap<>();
    ways.ways()
        .forEach(way -> edges.computeIfAbsent(way.from(), key -> new ArrayList<>()).add(way));
    Map<Integer, List<OpaqueCode>> opaque = new HashMap<>();
    ways.opaque()
        .forEach(code -> opaque.computeIfAbsent(code.from(), key -> new ArrayList<>()).add(code));
    return new Snapshot(
        major,
        graph,
        databaseOwner,
        List.copyOf(items),
        byObject,
        numbers,
        edges,
        opaque,
        List.copyOf(specials),
        List.copyOf(futures),
        List.copyOf(ways.unread()),
        Map.copyOf(ways.policies()),
        Map.copyOf(ways.changes()),
        ways.unpinned(),
        ways.supplying(),
        Map.copyOf(ways.digests()),
        dependencies);
  }

  /** Default privileges of tables. */
  List<DefaultPrivilege> futureTables() {
    return futures.stream().filter(future -> future.kind() == AccessObject.Kind.TABLE).toList();
  }

  /** Where its use leads. */
  List<AccessEdge> edges(int item) {
    return edges.getOrDefault(item, List.of());
  }

  /** Code that its use runs and nobody can read. */
  List<OpaqueCode> opaque(int item) {
    return opaque.getOrDefault(item, List.of());
  }

  /** Numbers of the items whose use leads anywhere. */
  Set<Integer> used() {
    Set<Integer> used = new TreeSet<>(edges.keySet());
    used.addAll(opaque.keySet());
    return used;
  }

  /** Mask of the rights on an item whose use leads anywhere. */
  int uses(int item) {
    int mask = 0;
    for (AccessEdge edge : edges(item)) {
      mask |= edge.uses();
    }
    for (OpaqueCode code : opaque(item)) {
      mask |= code.uses();
    }
    return mask;
  }
}
