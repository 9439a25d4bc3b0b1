package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was read of one database, by numbers: the server's oids are left behind.
 *
 * @param databaseOwner number of the role
 * @param items all objects, each at its number
 * @param into the ways to an item, by its number
 * @param opaque code in somebody else's name
 * @param specials rights that are about no object
 * @param futures default privileges for tables
 * @param unread what could not be told, one sentence each
 */
record Snapshot(
    int major,
    RoleGraph graph,
    int databaseOwner,
    List<Securable> items,
    Map<AccessObject, Securable> byObject,
    Map<String, Integer> roleNumbers,
    Map<Integer, List<AccessEdge>> into,
    List<OpaqueDefinerCode> opaque,
    List<ServerPrivilege> specials,
    List<DefaultPrivilege> futures,
    List<String> unread) {

  static Snapshot of(
      int major,
      RoleGraph graph,
      int databaseOwner,
      List<Securable> items,
      AccessEdges ways,
      List<ServerPrivilege> specials,
      List<DefaultPrivilege> futures) {
    Map<AccessObject, Securable> byObject = new HashMap<>(items.size() * 2);
    items.forEach(item -> byObject.put(item.object(), item));
    Map<String, Integer> numbers = new HashMap<>();
    graph.roles().forEach(role -> numbers.put(role.name(), role.number()));
    Map<Integer, List<AccessEdge>> into = new HashMap<>();
    ways.ways().forEach(way -> into.computeIfAbsent(way.to(), key -> new ArrayList<>()).add(way));
    return new Snapshot(
        major,
        graph,
        databaseOwner,
        List.copyOf(items),
        byObject,
        numbers,
        into,
        List.copyOf(ways.opaque()),
        List.copyOf(specials),
        List.copyOf(futures),
        List.copyOf(ways.unread()));
  }

  List<AccessEdge> into(Securable item) {
    return into.getOrDefault(item.number(), List.of());
  }
}
