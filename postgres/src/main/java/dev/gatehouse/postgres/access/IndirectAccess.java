package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** What can be done by what somebody has built, and what code could do that nobody can read. */
final class IndirectAccess {
  /** More ways to the same end tell nobody more. */
  private static final int MOST = 20;

  private final Snapshot snapshot;
  private final AclRules direct;
  private final DirectPaths paths;
  private final Map<PrivilegeScope, Reach> reaches = new ConcurrentHashMap<>();
  private final Map<PrivilegeScope, BitSet> blindRoles = new ConcurrentHashMap<>();

  IndirectAccess(Snapshot snapshot, AclRules direct, DirectPaths paths) {
    this.snapshot = snapshot;
    this.direct = direct;
    this.paths = paths;
  }

  private Reach reach(PrivilegeScope subject) {
    Reach known = reaches.get(subject);
    return known != null
        ? known
        : reaches.computeIfAbsent(subject, key -> new Reach(snapshot, direct, key));
  }

  /** What is open along ways, not counting what is open without them. */
  int mask(PrivilegeScope subject, Securable item) {
    return reach(subject).mask(item);
  }

  /** Routines that run for the subject in the name of others, with digests of their bodies. */
  List<String> bodies(PrivilegeScope subject) {
    return reach(subject).routinesOfOthers().stream()
        .mapToObj(
            number -> snapshot.items().get(number).name() + ": " + snapshot.digests().get(number))
        .sorted()
        .toList();
  }

  List<Path> to(PrivilegeScope subject, Right right, Securable item) {
    return to(subject, right, item, edge -> true);
  }

  /** Where the last link does it with that column. */
  List<Path> toColumn(PrivilegeScope subject, Right right, Securable table, String column) {
    return to(subject, right, table, edge -> edge.with(column));
  }

  private List<Path> to(
      PrivilegeScope subject, Right right, Securable item, Predicate<AccessEdge> last) {
    Reach reach = reach(subject);
    List<Path> found = new ArrayList<>();
    for (Reach.Place place : reach.places(item, right)) {
      for (Reach.Step step : reach.into(place)) {
        if (!last.test(step.edge())) {
          continue;
        }
        for (Path path : to(subject, reach, step.from(), new HashSet<>(Set.of(place)))) {
          if (found.size() < MOST) {
            found.add(path.then(step.edge().hop()));
          }
        }
      }
    }
    return found;
  }

  /** To something done on the way, by the role itself or along edges. */
  private List<Path> to(
      PrivilegeScope subject, Reach reach, Reach.Place place, Set<Reach.Place> seen) {
    List<Path> found = new ArrayList<>();
    if (!seen.add(place)) {
      return found;
    }
    if (reach.begins(place)) {
      found.addAll(paths.to(subject, place.right(), snapshot.items().get(place.item())));
    }
    for (Reach.Step step : reach.into(place)) {
      if (found.size() < MOST) {
        to(subject, reach, step.from(), seen).stream()
            .map(path -> path.then(step.edge().hop()))
            .forEach(found::add);
      }
    }
    return found;
  }

  /** What the owners of code that the subject can run could have it do. */
  int unknown(PrivilegeScope subject, Securable item) {
    int mask = 0;
    BitSet roles = blindRoles(subject);
    for (int role = roles.nextSetBit(0); role >= 0; role = roles.nextSetBit(role + 1)) {
      mask |= possibleFor(role, item);
    }
    return mask;
  }

  /** Those in whose name code runs that may do anything, and what that in turn can run. */
  private BitSet blindRoles(PrivilegeScope subject) {
    BitSet known = blindRoles.get(subject);
    if (known == null) {
      known = new BitSet();
      List<PrivilegeScope> open = new ArrayList<>(List.of(subject));
      while (!open.isEmpty()) {
        for (Reach.Blind blind : reach(open.remove(open.size() - 1)).blind()) {
          if (!known.get(blind.role()) && tellsMore(subject, blind.role())) {
            known.set(blind.role());
            open.add(PrivilegeScope.owner(snapshot.graph(), blind.role()));
          }
        }
      }
      blindRoles.put(subject, known);
    }
    return known;
  }

  /** Not where that role has nothing that the subject does not reach anyway. */
  private boolean tellsMore(PrivilegeScope subject, int role) {
    return !subject.roles().get(role) || snapshot.graph().role(role).superuser();
  }

  /** What code of that role's could do with it. */
  private int possibleFor(int role, Securable item) {
    PrivilegeScope owner = PrivilegeScope.owner(snapshot.graph(), role);
    if (owner.all()) {
      return direct.possible(item);
    }
    int mask = direct.heldByOwner(role, item) | mask(owner, item);
    boolean owns = owner.roles().get(item.owner());
    return owns && !item.system() ? mask | direct.possible(item) : mask;
  }

  List<Path> unknownTo(PrivilegeScope subject, Right right, Securable item) {
    return unknownTo(
        subject,
        owner ->
            (possibleFor(owner.role(), item) & right.bit) != 0
                || (unknown(owner, item) & right.bit) != 0);
  }

  /**
   * The ways to code that nobody can read.
   *
   * @param leads whether code that runs as that role could do it
   */
  List<Path> unknownTo(PrivilegeScope subject, Predicate<PrivilegeScope> leads) {
    Reach reach = reach(subject);
    List<Path> found = new ArrayList<>();
    for (Reach.Blind blind : reach.blind()) {
      PrivilegeScope owner = PrivilegeScope.owner(snapshot.graph(), blind.role());
      if (found.size() < MOST && tellsMore(subject, blind.role()) && leads.test(owner)) {
        to(subject, reach, blind.at(), new HashSet<>()).stream()
            .sorted(Path.ORDER)
            .limit(MOST)
            .map(path -> told(reach, blind, path))
            .forEach(found::add);
      }
    }
    return found;
  }

  /** Whoever was led there by an edge has been told in whose name it runs. */
  private static Path told(Reach reach, Reach.Blind blind, Path path) {
    boolean begins = reach.begins(blind.at());
    Path whole = begins ? blind.code().hop().map(path::then).orElse(path) : path;
    return whole.withUnknown("what its body does, the catalogue does not tell");
  }
}
