package dev.gatehouse.dsl;

import dev.gatehouse.core.artifact.Vault;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where backups are kept. Naming it creates nothing: the directory of a vault comes into being with
 * the first backup.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Destination {
  private final Path root;

  private Destination(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  static Destination of(Path root) {
    return new Destination(root);
  }

  static Destination of(Vault vault) {
    return new Destination(vault.root());
  }

  Path root() {
    return root;
  }

  /** The vault, created if absent: for effects only. */
  Vault open() {
    return Vault.at(root);
  }

  /** The vault if there is something at its place; refused there already if that is no vault. */
  Optional<Vault> existing() {
    return Files.exists(root, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(Vault.at(root))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
