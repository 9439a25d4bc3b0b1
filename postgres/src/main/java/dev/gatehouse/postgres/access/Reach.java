package dev.gatehouse.postgres.access;

import dev.gatehouse.postgres.access.AccessEdge.Identity;
import dev.gatehouse.postgres.access.AccessEdge.OpaqueCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far one role comes by what others have built: a search along the edges, which begins with all
 * it may do itself, and remembers in whose name the engine would do each next thing.
 */
final class Reach {
  /** The role itself, among the identities of a place. */
  static final int SUBJECT = -1;

  /** Something that is done in the name of somebody. */
  record Place(int item, Right right, int checked, int running) {}

  /** How a place is come to. */
  record Step(Place from, AccessEdge edge) {}

  /** Code that runs there in the name of that role, and may do anything. */
  record Blind(Place at, OpaqueCode code, int role) {}

  private final Snapshot snapshot;
  private final AclRules direct;
  private final PrivilegeScope subject;
  private final Map<Place, List<Step>> steps = new HashMap<>();
  private final Deque<Place> open = new ArrayDeque<>();
  private final Map<Integer, Integer> masks = new HashMap<>();
  private final Map<Integer, List<Place>> places = new HashMap<>();
  private final List<Blind> blind = new ArrayList<>();
  private final Set<Place> beginnings = new HashSet<>();

  Reach(Snapshot snapshot, AclRules direct, PrivilegeScope subject) {
    this.snapshot = snapshot;
    this.direct = direct;
    this.subject = subject;
    snapshot.used().forEach(this::begin);
    while (!open.isEmpty()) {
      goOn(open.remove());
    }
  }

  /** Rights on the item that are come to along edges. */
  int mask(Securable item) {
    return masks.isEmpty() ? 0 : masks.getOrDefault(item.number(), 0);
  }

  /** Where that is done along edges, by whomever. */
  List<Place> places(Securable item, Right right) {
    return places.getOrDefault(item.number(), List.of()).stream()
        .filter(place -> place.right() == right && steps.containsKey(place))
        .toList();
  }

  List<Step> into(Place place) {
    return steps.getOrDefault(place, List.of());
  }

  /** Whether the role does that itself. */
  boolean begins(Place place) {
    return beginnings.contains(place);
  }

  /** Numbers of the routines that run in the name of others. */
  BitSet routinesOfOthers() {
    BitSet found = new BitSet();
    for (Set<Place> all : List.of(beginnings, steps.keySet())) {
      for (Place place : all) {
        if (snapshot.digests().containsKey(place.item()) && runsAsAnother(place)) {
          found.set(place.item());
        }
      }
    }
    return found;
  }

  private boolean runsAsAnother(Place at) {
    return at.running() != SUBJECT
        || snapshot.edges(at.item()).stream().anyMatch(edge -> edge.as().running() >= 0)
        || snapshot.opaque(at.item()).stream().anyMatch(code -> code.as() >= 0);
  }

  List<Blind> blind() {
    return blind;
  }

  private void begin(int item) {
    Securable used = snapshot.items().get(item);
    for (Right right : Right.of(direct.usable(subject, used) & snapshot.uses(item))) {
      Place place = new Place(item, right, SUBJECT, SUBJECT);
      beginnings.add(place);
      open.add(place);
    }
  }

  private void goOn(Place at) {
    for (OpaqueCode code : snapshot.opaque(at.item())) {
      int role = code.as() == Identity.RUNNING ? at.running() : code.as();
      if ((code.uses() & at.right().bit) != 0 && role != SUBJECT) {
        blind.add(new Blind(at, code, role));
      }
    }
    for (AccessEdge edge : snapshot.edges(at.item())) {
      if ((edge.uses() & at.right().bit) != 0) {
        follow(at, edge);
      }
    }
  }

  private void follow(Place at, AccessEdge edge) {
    Identity as = edge.as();
    int checked = resolved(as.checked(), at);
    int running = resolved(as.running(), at);
    Securable to = snapshot.items().get(edge.to());
    if ((as.asked() && (held(checked, to) & edge.right().bit) == 0)
        || (!as.onlyFor().isEmpty() && !roles(at.checked()).intersects(as.onlyFor()))) {
      return;
    }
    Place next = new Place(edge.to(), edge.right(), checked, running);
    List<Step> known = steps.get(next);
    boolean isNew = known == null && !beginnings.contains(next);
    steps.computeIfAbsent(next, key -> new ArrayList<>()).add(new Step(at, edge));
    if (known == null) {
      masks.merge(edge.to(), edge.right().bit, (a, b) -> a | b);
      places.computeIfAbsent(edge.to(), key -> new ArrayList<>()).add(next);
    }
    if (isNew) {
      open.add(next);
    }
  }

  private static int resolved(int identity, Place at) {
    return resolved(identity, at.checked(), at.running());
  }

  static int resolved(int identity, int checked, int running) {
    return switch (identity) {
      case Identity.CHECKED -> checked;
      case Identity.RUNNING -> running;
      default -> identity;
    };
  }

  private int held(int identity, Securable to) {
    return identity == SUBJECT
        ? direct.held(subject, to) | direct.onColumns(subject, to)
        : direct.heldByOwner(identity, to);
  }

  private BitSet roles(int identity) {
    return identity == SUBJECT ? subject.roles() : snapshot.graph().own(identity);
  }
}
