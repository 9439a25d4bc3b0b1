package dev.gatehouse.dsl.backup;

import java.nio.file.Path;

/**
 * Files of a server's log of changes, copied to a directory: those of MySQL and MariaDB are its
 * binary log.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Changes {
  private final Path directory;

  private Changes(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
  }

  public static Changes in(Path directory) {
    return new Changes(directory);
  }

  Path directory() {
    return directory;
  }

  @Override
  public String toString() {
    return "changes in " + directory;
  }
}
