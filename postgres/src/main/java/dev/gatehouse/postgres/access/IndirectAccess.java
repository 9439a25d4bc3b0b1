package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What can be done by what somebody has built: the search along the ways, back from the end. */
final class IndirectAccess {
  /** More ways to the same end tell nobody more. */
  private static final int MOST = 20;

  private final Snapshot snapshot;
  private final AclRules direct;
  private final DirectPaths paths;

  IndirectAccess(Snapshot snapshot, AclRules direct, DirectPaths paths) {
    this.snapshot = snapshot;
    this.direct = direct;
    this.paths = paths;
  }

  /** A right on an item, as a place the search has been to. */
  private record Place(int item, Right right) {}

  /** What is open along ways, not counting what is open without them. */
  int mask(PrivilegeScope subject, Securable item) {
    int mask = 0;
    for (AccessEdge way : snapshot.into(item)) {
      if ((mask & way.right().bit) == 0 && open(subject, way, new HashSet<>())) {
        mask |= way.right().bit;
      }
    }
    return mask;
  }

  /** Whether the subject can do that to the item, directly or along ways. */
  boolean can(PrivilegeScope subject, Right right, Securable item) {
    return can(subject, right, item, new HashSet<>());
  }

  private boolean can(PrivilegeScope subject, Right right, Securable item, Set<Place> seen) {
    if ((direct.usable(subject, item) & right.bit) != 0) {
      return true;
    }
    if (!seen.add(new Place(item.number(), right))) {
      return false;
    }
    for (AccessEdge way : snapshot.into(item)) {
      if (way.right() == right && open(subject, way, seen)) {
        return true;
      }
    }
    return false;
  }

  private boolean open(PrivilegeScope subject, AccessEdge way, Set<Place> seen) {
    if (!actorMay(way)) {
      return false;
    }
    Securable from = snapshot.items().get(way.from());
    for (Right use : Right.of(way.uses())) {
      if (can(subject, use, from, seen)) {
        return true;
      }
    }
    return false;
  }

  private boolean actorMay(AccessEdge way) {
    return way.actor() < 0
        || (direct.heldByOwner(way.actor(), snapshot.items().get(way.to())) & way.right().bit) != 0;
  }

  List<Path> to(PrivilegeScope subject, Right right, Securable item) {
    return to(subject, right, item, new HashSet<>());
  }

  private List<Path> to(PrivilegeScope subject, Right right, Securable item, Set<Place> seen) {
    List<Path> found = new ArrayList<>();
    if (!seen.add(new Place(item.number(), right))) {
      return found;
    }
    for (AccessEdge way : snapshot.into(item)) {
      if (way.right() == right && actorMay(way) && found.size() < MOST) {
        Securable from = snapshot.items().get(way.from());
        for (Right use : Right.of(way.uses())) {
          for (Path path : all(subject, use, from, seen)) {
            found.add(path.then(way.hop()));
          }
        }
      }
    }
    return found;
  }

  private List<Path> all(PrivilegeScope subject, Right right, Securable item, Set<Place> seen) {
    List<Path> all = new ArrayList<>(paths.to(subject, right, item));
    all.addAll(to(subject, right, item, seen));
    return all;
  }

  /** What the owners of code that the subject can run could have it do. */
  int unknown(PrivilegeScope subject, Securable item) {
    int mask = 0;
    for (OpaqueDefinerCode code : snapshot.opaque()) {
      int owners = tellsMore(subject, code) ? ownersMask(code, item) : 0;
      if ((owners & ~mask) != 0 && runs(subject, code)) {
        mask |= owners;
      }
    }
    return mask;
  }

  /** Not where the owner has nothing that the subject does not reach anyway. */
  private boolean tellsMore(PrivilegeScope subject, OpaqueDefinerCode code) {
    return !subject.roles().get(code.owner()) || snapshot.graph().role(code.owner()).superuser();
  }

  private boolean runs(PrivilegeScope subject, OpaqueDefinerCode code) {
    Securable from = snapshot.items().get(code.from());
    for (Right use : Right.of(code.uses())) {
      if (can(subject, use, from)) {
        return true;
      }
    }
    return false;
  }

  private int ownersMask(OpaqueDefinerCode code, Securable item) {
    PrivilegeScope owner = PrivilegeScope.owner(snapshot.graph(), code.owner());
    int mask = direct.heldByOwner(code.owner(), item) | mask(owner, item);
    boolean owns = owner.all() || owner.roles().get(item.owner());
    return owns && !item.system() ? mask | direct.possible(item) : mask;
  }

  List<Path> unknownTo(PrivilegeScope subject, Right right, Securable item) {
    List<Path> found = new ArrayList<>();
    for (OpaqueDefinerCode code : snapshot.opaque()) {
      if (tellsMore(subject, code)
          && (ownersMask(code, item) & right.bit) != 0
          && found.size() < MOST) {
        Securable from = snapshot.items().get(code.from());
        for (Right use : Right.of(code.uses())) {
          all(subject, use, from, new HashSet<>()).stream()
              .sorted(Path.ORDER)
              .limit(1)
              .forEach(
                  path ->
                      found.add(
                          path.then(code.hop())
                              .withUnknown("what its body does, the catalogue does not tell")));
        }
      }
    }
    return found;
  }
}
