package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What can be done by what somebody has built: the search along the ways, back from the end. */
final class Indirect {
  /** More ways to the same end tell nobody more. */
  private static final int MOST = 20;

  private final Snapshot snapshot;
  private final Direct direct;
  private final DirectPaths paths;

  Indirect(Snapshot snapshot, Direct direct, DirectPaths paths) {
    this.snapshot = snapshot;
    this.direct = direct;
    this.paths = paths;
  }

  /** A right on an item, as a place the search has been to. */
  private record Place(int item, Right right) {}

  /** What is open along ways, not counting what is open without them. */
  int mask(Subject subject, Item item) {
    int mask = 0;
    for (Way way : snapshot.into(item)) {
      if ((mask & way.right().bit) == 0 && open(subject, way, new HashSet<>())) {
        mask |= way.right().bit;
      }
    }
    return mask;
  }

  /** Whether the subject can do that to the item, directly or along ways. */
  boolean can(Subject subject, Right right, Item item) {
    return can(subject, right, item, new HashSet<>());
  }

  private boolean can(Subject subject, Right right, Item item, Set<Place> seen) {
    if ((direct.usable(subject, item) & right.bit) != 0) {
      return true;
    }
    if (!seen.add(new Place(item.number(), right))) {
      return false;
    }
    for (Way way : snapshot.into(item)) {
      if (way.right() == right && open(subject, way, seen)) {
        return true;
      }
    }
    return false;
  }

  private boolean open(Subject subject, Way way, Set<Place> seen) {
    if (!actorMay(way)) {
      return false;
    }
    Item from = snapshot.items().get(way.from());
    for (Right use : Right.of(way.uses())) {
      if (can(subject, use, from, seen)) {
        return true;
      }
    }
    return false;
  }

  private boolean actorMay(Way way) {
    return way.actor() < 0
        || (direct.heldByOwner(way.actor(), snapshot.items().get(way.to())) & way.right().bit) != 0;
  }

  List<Path> to(Subject subject, Right right, Item item) {
    return to(subject, right, item, new HashSet<>());
  }

  private List<Path> to(Subject subject, Right right, Item item, Set<Place> seen) {
    List<Path> found = new ArrayList<>();
    if (!seen.add(new Place(item.number(), right))) {
      return found;
    }
    for (Way way : snapshot.into(item)) {
      if (way.right() == right && actorMay(way) && found.size() < MOST) {
        Item from = snapshot.items().get(way.from());
        for (Right use : Right.of(way.uses())) {
          for (Path path : all(subject, use, from, seen)) {
            found.add(path.then(way.hop()));
          }
        }
      }
    }
    return found;
  }

  private List<Path> all(Subject subject, Right right, Item item, Set<Place> seen) {
    List<Path> all = new ArrayList<>(paths.to(subject, right, item));
    all.addAll(to(subject, right, item, seen));
    return all;
  }

  /** What the owners of code that the subject can run could have it do. */
  int unknown(Subject subject, Item item) {
    int mask = 0;
    for (Opaque code : snapshot.opaque()) {
      int owners = tellsMore(subject, code) ? ownersMask(code, item) : 0;
      if ((owners & ~mask) != 0 && runs(subject, code)) {
        mask |= owners;
      }
    }
    return mask;
  }

  /** Not where the owner has nothing that the subject does not reach anyway. */
  private boolean tellsMore(Subject subject, Opaque code) {
    return !subject.roles().get(code.owner()) || snapshot.graph().role(code.owner()).superuser();
  }

  private boolean runs(Subject subject, Opaque code) {
    Item from = snapshot.items().get(code.from());
    for (Right use : Right.of(code.uses())) {
      if (can(subject, use, from)) {
        return true;
      }
    }
    return false;
  }

  private int ownersMask(Opaque code, Item item) {
    Subject owner = Subject.owner(snapshot.graph(), code.owner());
    int mask = direct.heldByOwner(code.owner(), item) | mask(owner, item);
    boolean owns = owner.all() || owner.roles().get(item.owner());
    return owns && !item.system() ? mask | direct.possible(item) : mask;
  }

  List<Path> unknownTo(Subject subject, Right right, Item item) {
    List<Path> found = new ArrayList<>();
    for (Opaque code : snapshot.opaque()) {
      if (tellsMore(subject, code)
          && (ownersMask(code, item) & right.bit) != 0
          && found.size() < MOST) {
        Item from = snapshot.items().get(code.from());
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
