package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.access.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The paths that somebody has answered for, and why.
 *
 * <p>Immutable.
 */
record Acceptances(List<Acceptance> all) {
  static final Acceptances NONE = new Acceptances(List.of());

  /** What an acceptance is about. */
  enum Kind {
    REACHABLE,
    UNKNOWN,
    THROUGH,
    FUTURE
  }

  /**
   * One of them.
   *
   * @param through the objects it is about; empty when it is about all
   */
  record Acceptance(Kind kind, String through, String reason) {
    boolean covers(Path path) {
      return switch (kind) {
        case REACHABLE -> !path.missing().isEmpty() && path.unknown().isEmpty();
        case UNKNOWN -> !path.unknown().isEmpty();
        case FUTURE -> path.hops().stream().anyMatch(hop -> hop.kind() == Hop.Kind.DEFAULT);
        case THROUGH -> path.through().stream().anyMatch(NamePattern.of(through)::matches);
      };
    }

    @Override
    public String toString() {
      String what =
          switch (kind) {
            case REACHABLE -> "what is reachable only";
            case UNKNOWN -> "what is unknown";
            case FUTURE -> "what tables will give that are still to be made";
            case THROUGH -> "what leads through " + through;
          };
      return "accepted: " + what + ", because " + reason;
    }
  }

  Acceptances {
    all = List.copyOf(all);
  }

  Acceptances with(Kind kind, String through, String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("reason is blank: it is what the report shows");
    }
    if (kind == Kind.THROUGH) {
      NamePattern.of(through);
    }
    List<Acceptance> more = new ArrayList<>(all);
    more.add(new Acceptance(kind, through, reason));
    return new Acceptances(more);
  }

  Acceptances and(Acceptances others) {
    List<Acceptance> more = new ArrayList<>(all);
    more.addAll(others.all);
    return new Acceptances(more.stream().distinct().toList());
  }

  Optional<Acceptance> of(Path path) {
    return all.stream().filter(acceptance -> acceptance.covers(path)).findFirst();
  }

  List<String> lines() {
    return all.stream().map(Acceptance::toString).toList();
  }
}
