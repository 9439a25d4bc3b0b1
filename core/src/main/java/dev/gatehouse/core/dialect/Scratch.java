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

  /** In a database of its own, on the server of that target. */
  record OnServer(Target server) implements Scratch {
    @Override
    public String toString() {
      return "a database of its own on the server of " + server.name();
    }
  }
}
