package dev.gatehouse.core.access;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a role may do something. Never a boolean: what is one statement away, and what nobody can
 * tell, is neither yes nor no.
 *
 * <p>Immutable. Prints itself with the paths.
 *
 * @since 0.1
 */
public sealed interface Verdict {

  /** It may, in each of these ways; the shortest first. */
  record Allowed(List<Path> paths) implements Verdict {
    public Allowed {
      paths = List.copyOf(paths);
    }

    @Override
    public String toString() {
      return "ALLOWED: " + lines(paths);
    }
  }

  /**
   * It may not.
   *
   * @param why what is missing
   * @param fix the statement that would allow it; empty where there is no simple one
   */
  record Denied(String why, String fix) implements Verdict {
    @Override
    public String toString() {
      return "DENIED: " + why;
    }
  }

  /** It may not now, and can make itself may: each path names the statements. */
  record Reachable(List<Path> paths) implements Verdict {
    public Reachable {
      paths = List.copyOf(paths);
    }

    /** The statements of the shortest path. */
    public List<String> missing() {
      return paths.get(0).missing();
    }

    @Override
    public String toString() {
      return "REACHABLE: " + lines(paths);
    }
  }

  /** The catalogue does not tell. */
  record Unknown(List<Path> paths) implements Verdict {
    public Unknown {
      paths = List.copyOf(paths);
    }

    /** What it does not tell. */
    public String reason() {
      return paths.get(0).unknown();
    }

    @Override
    public String toString() {
      return "UNKNOWN: " + lines(paths);
    }
  }

  /** The question has no meaning for this product or this kind of object. */
  record Unsupported(String reason) implements Verdict {
    @Override
    public String toString() {
      return "UNSUPPORTED: " + reason;
    }
  }

  /** What paths in {@link Path#ORDER} amount to; denied as given when there are none. */
  static Verdict of(List<Path> paths, Denied otherwise) {
    if (paths.isEmpty()) {
      return otherwise;
    }
    List<Path> open = paths.stream().filter(Path::open).toList();
    if (!open.isEmpty()) {
      return new Allowed(open);
    }
    List<Path> known = paths.stream().filter(path -> path.unknown().isEmpty()).toList();
    return known.isEmpty() ? new Unknown(paths) : new Reachable(known);
  }

  private static String lines(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining("\n  or "));
  }
}
