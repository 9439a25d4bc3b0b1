package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What PostgreSQL has no privilege for: the owner of an object may alter and drop it, of a table
 * index it, and the owner of its schema may drop it.
 */
final class Ownership {
  private static final String DROP = "DROP";

  /** The first version in which maintenance can be granted. */
  private static final int MAINTAIN = 17;

  private final Snapshot snapshot;

  Ownership(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  static Set<String> acts(AccessObject.Kind kind, int major) {
    return switch (kind) {
      case PARAMETER -> Set.of();
      case TABLE ->
          major < MAINTAIN
              ? Set.of("ALTER", DROP, "INDEX", Right.MAINTAIN.toString())
              : Set.of("ALTER", DROP, "INDEX");
      default -> Set.of("ALTER", DROP);
    };
  }

  List<Path> paths(PrivilegeScope subject, String act, Securable item) {
    if (subject.all()) {
      return List.of(Path.of(snapshot.graph().superuserChain(subject.role())));
    }
    List<Path> found = new ArrayList<>();
    for (Securable owned : item.system() ? List.<Securable>of() : owned(act, item)) {
      if (subject.roles().get(owned.owner())) {
        List<Hop> hops = new ArrayList<>(subject.chain(owned.owner()));
        hops.add(
            Hop.of(
                Hop.Kind.OWNER,
                snapshot.graph().role(owned.owner()).words() + " owns " + owned.words()));
        found.add(Path.of(hops));
      }
    }
    return found;
  }

  /** Whether it could at once. */
  boolean isOpen(PrivilegeScope subject, String act, Securable item) {
    return !paths(subject, act, item).isEmpty();
  }

  private List<Securable> owned(String act, Securable item) {
    return act.equals(DROP) && item.schema() >= 0
        ? List.of(item, snapshot.items().get(item.schema()))
        : List.of(item);
  }

  Verdict.Denied denied(int role, String act, Securable item) {
    return new Verdict.Denied(
        "%s does not own %s, and %s cannot be granted"
            .formatted(snapshot.graph().role(role).words(), item.words(), act),
        "");
  }
}
