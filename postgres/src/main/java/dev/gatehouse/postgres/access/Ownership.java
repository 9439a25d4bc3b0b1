package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.postgres.access.Dependencies.Owned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What PostgreSQL has no privilege for: the owner of an object may alter and drop it, of a table
 * index it, of a partition as the parent's owner; and whoever owns its schema, or anything it
 * depends on, may drop it with that. A member of an extension goes with that only.
 */
final class Ownership {
  private static final String DROP = "DROP";

  /** The first version in which maintenance can be granted. */
  private static final int MAINTAIN = 17;

  private final Snapshot snapshot;

  Ownership(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  static Set<String> acts(Kind kind, int major) {
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
    if (!item.system()) {
      if (!act.equals(DROP) || !snapshot.dependencies().isMember(Owned.of(item))) {
        owned(subject, Owned.of(item), "").ifPresent(found::add);
      }
      if (act.equals(DROP)) {
        for (Owned above : snapshot.dependencies().of(Owned.of(item), this::schema)) {
          owned(subject, above, " and may drop it with all that depends on it")
              .ifPresent(found::add);
        }
        if (item.kind() != Kind.DATABASE) {
          Owned database = new Owned("DATABASE", "it is in", snapshot.databaseOwner());
          owned(subject, database, " and may drop it with all in it").ifPresent(found::add);
        }
      } else {
        for (Owned parent : snapshot.dependencies().parents(item)) {
          owned(subject, parent, ", and DETACH and indexes of it reach its partitions")
              .ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private Optional<Owned> schema(Owned owned) {
    return switch (owned.kind()) {
      case "TABLE", "SEQUENCE", "ROUTINE", "TYPE" -> {
        AccessObject object = new AccessObject(Kind.valueOf(owned.kind()), owned.name());
        yield Optional.ofNullable(snapshot.byObject().get(object))
            .map(item -> Owned.of(snapshot.items().get(item.schema())));
      }
      default -> Optional.empty();
    };
  }

  private Optional<Path> owned(PrivilegeScope subject, Owned owned, String consequence) {
    if (!subject.roles().get(owned.owner())) {
      return Optional.empty();
    }
    List<Hop> hops = new ArrayList<>(subject.chain(owned.owner()));
    String owner = snapshot.graph().role(owned.owner()).words();
    hops.add(Hop.of(Hop.Kind.OWNER, owner + " owns " + owned.words() + consequence));
    return Optional.of(Path.of(hops));
  }

  /** Whether it could at once. */
  boolean isOpen(PrivilegeScope subject, String act, Securable item) {
    return !paths(subject, act, item).isEmpty();
  }

  Verdict.Denied denied(int role, String act, Securable item) {
    String words = snapshot.graph().role(role).words();
    boolean member = act.equals(DROP) && snapshot.dependencies().isMember(Owned.of(item));
    return new Verdict.Denied(
        (member
                ? "%s does not own the extension that %s belongs to, and %s goes with that only"
                : "%s does not own %s, and %s cannot be granted")
            .formatted(words, item.words(), act),
        "");
  }
}
