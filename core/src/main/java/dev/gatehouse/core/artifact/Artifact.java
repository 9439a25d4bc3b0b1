package dev.gatehouse.core.artifact;

import java.nio.file.Path;
import java.util.List;

/**
 * A published backup: its directory and its manifest. Only a {@link Vault} makes one, and only of a
 * directory whose manifest was read and whose entry in the catalogue agrees.
 *
 * @param directory absolute path
 * @since 0.1
 */
public record Artifact(Path directory, Manifest manifest) {

  /** Name of the artifact within its vault. */
  public String id() {
    return manifest.id();
  }

  /** The data files, as they are stored. */
  public List<Path> files() {
    return manifest.files().stream().map(file -> directory.resolve(file.name())).toList();
  }
}
