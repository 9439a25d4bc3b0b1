package dev.gatehouse.core.dialect;

import java.nio.file.Path;

/**
 * Where a restore drill takes place: beside everything in use, and removed afterwards.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public sealed interface Scratch {

  /** In a directory of its own: for products whose database is a file. */
  record InDirectory(Path parent) implements Scratch {
    @Override
    public String toString() {
      return "a directory below " + parent;
    }
  }

  /** By which procedure a drill restores. */
  enum Procedure {
    /** That of a restore in place: what one of the two accepts, the other accepts. */
    AS_IN_PLACE,
    /** The product's own, several objects at a time: faster, and used by no restore in place. */
    IN_PARALLEL
  }

  /** In a database of its own, on the server of that target. */
  record OnServer(Target server, Procedure procedure) implements Scratch {
    /** As a restore in place would do it. */
    public OnServer(Target server) {
      this(server, Procedure.AS_IN_PLACE);
    }

    @Override
    public String toString() {
      return "a database of its own on the server of " + server.name();
    }
  }
}
