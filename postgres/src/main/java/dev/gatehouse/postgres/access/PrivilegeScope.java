package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Hop;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** Millions of times the key of a map: the sets are the graph's own, one for each role. */
  @Override
  public int hashCode() {
    return Integer.hashCode(role) * 2 + (reaching ? 1 : 0);
  }

  /** With the privileges of whoever has those of the other, and of nobody else. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PrivilegeScope scope
        && scope.role == role
        && scope.reaching == reaching
        && scope.all == all
        && scope.roles.equals(roles);
  }

  List<Hop> chain(int target) {
    return reaching ? graph.reachChain(role, target) : graph.chain(role, target);
  }
}
