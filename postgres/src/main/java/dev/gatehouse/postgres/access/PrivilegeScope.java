package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Hop;
import java.util.BitSet;
import java.util.List;

/**
 * A role as one who asks: with what it has now, or with what it can make its own.
 *
 * @param roles whose privileges count
 * @param all whether it is above all grants
 */
record PrivilegeScope(RoleGraph graph, int role, boolean reaching, BitSet roles, boolean all) {

  static PrivilegeScope now(RoleGraph graph, int role) {
    return new PrivilegeScope(graph, role, false, graph.held(role), graph.superuser(role));
  }

  /** One in whose name the engine acts. */
  static PrivilegeScope owner(RoleGraph graph, int role) {
    return new PrivilegeScope(graph, role, false, graph.own(role), graph.role(role).superuser());
  }

  static PrivilegeScope reaching(RoleGraph graph, int role) {
    return new PrivilegeScope(graph, role, true, graph.reach(role), false);
  }

  List<Hop> chain(int target) {
    return reaching ? graph.reachChain(role, target) : graph.chain(role, target);
  }
}
