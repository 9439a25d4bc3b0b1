package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Files;
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

  public static Destination of(Path root) {
    return new Destination(root);
  }

  public static Destination of(Vault vault) {
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
    Optional<Vault> vault = Vault.existing(root);
    Path parent = root.getParent();
    if (vault.isEmpty() && parent != null && !Files.isDirectory(parent)) {
      throw new Refusal(
          Finding.of("vault.no-parent", root + " cannot be a vault")
              .withExpected("an existing parent")
              .withFound("none")
              .withFix("mkdir -p '" + parent + "'"));
    }
    return vault;
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
