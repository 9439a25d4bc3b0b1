package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.postgres.access.ServerPrivileges.ServerPrivilege.Power;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Code by which one role has another do what it says: its own that others run, and theirs. */
final class CodeOfOthers {
  private final Snapshot snapshot;
  private final RoleGraph graph;

  /** What one owner's objects run of another's, once for each two of them. */
  private final List<AccessEdge> run = new ArrayList<>();

  /** Routines that run as their owner and look names up as they are called, by their schema. */
  private final Map<Integer, List<Securable>> unpinned = new LinkedHashMap<>();

  CodeOfOthers(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.graph = snapshot.graph();
    Map<List<Integer>, AccessEdge> known = new LinkedHashMap<>();
    for (Securable from : snapshot.items()) {
      for (AccessEdge edge : snapshot.edges(from.number())) {
        Securable to = snapshot.items().get(edge.to());
        if (to.kind() == Kind.ROUTINE && to.owner() != from.owner()) {
          known.putIfAbsent(List.of(to.number(), from.owner()), edge);
        }
      }
      if (snapshot.unpinned().get(from.number())) {
        unpinned.computeIfAbsent(from.schema(), key -> new ArrayList<>()).add(from);
      }
    }
    run.addAll(known.values());
  }

  List<Escalations.Found> of(int role) {
    List<Escalations.Found> found = new ArrayList<>();
    BitSet reach = graph.reach(role);
    for (AccessEdge edge : run) {
      Securable routine = snapshot.items().get(edge.to());
      Securable of = snapshot.items().get(edge.from());
      if (reach.get(routine.owner()) && !reach.get(of.owner())) {
        String owner = graph.role(routine.owner()).quoted();
        List<Hop> hops = new ArrayList<>(graph.reachChain(role, routine.owner()));
        hops.add(
            Hop.of(
                    Hop.Kind.ESCALATION,
                    owner + " owns " + routine.name() + ", and " + edge.hop().sentence())
                .withFix(
                    "ALTER ROUTINE "
                        + routine.name()
                        + " OWNER TO "
                        + graph.role(of.owner()).quoted()));
        found.add(
            Escalations.found(
                hops, "what it makes of that is done as whoever uses " + of.name(), Power.NONE));
      }
    }
    unpinned.forEach((schema, routines) -> shadowing(role, reach, schema, routines, found));
    return found;
  }

  /** Who may make objects in the schema may make what such a routine takes for its own. */
  private void shadowing(
      int role, BitSet reach, int schema, List<Securable> routines, List<Escalations.Found> found) {
    Securable place = snapshot.items().get(schema);
    for (Securable routine : routines) {
      if (reach.get(routine.owner())) {
        continue;
      }
      for (Grant grant : place.acl()) {
        if ((grant.rights() & Right.CREATE.bit) != 0 && reach.get(grant.grantee())) {
          Role grantee = graph.role(grant.grantee());
          List<Hop> hops = new ArrayList<>(graph.reachChain(role, grant.grantee()));
          hops.add(
              Hop.of(Hop.Kind.ESCALATION, grantee.words() + " has CREATE on " + place.words())
                  .withFix(
                      grant.grantee() == place.owner()
                          ? ""
                          : "REVOKE CREATE ON SCHEMA "
                              + place.name()
                              + " FROM "
                              + grantee.quoted()));
          found.add(
              Escalations.found(
                  hops,
                  "what it makes there is taken by "
                      + routine.name()
                      + ", which runs as its owner "
                      + graph.role(routine.owner()).quoted()
                      + " and has no search_path of its own",
                  Power.NONE));
          break;
        }
      }
    }
  }
}
