package dev.gatehouse.core.artifact;

import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Finding;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A directory of backups with a catalogue.
 *
 * <p>Thread-safe, and safe against other processes that use the same directory.
 *
 * @since 0.1
 */
public final class Vault {
  private final Path root;

  private Vault(Path root) {
    this.root = root;
  }

  /** The vault in that directory; the directory is created, for its owner only, when absent. */
  public static Vault at(Path root) {
    return new Vault(root);
  }

  /** Its directory, absolute. */
  public Path root() {
    return root;
  }

  /** Begins an artifact; sweeps what an earlier, dead attempt under the same key left. */
  public Staging stage(String key, Instant now) {
    return notYet();
  }

  /** The artifact that was published under that key; the probe after a crash. */
  public Optional<Artifact> published(String key) {
    return notYet();
  }

  /** All artifacts, newest snapshot first. */
  public List<Artifact> artifacts() {
    return notYet();
  }

  /** What is wrong with the vault or with one of its artifacts; empty when nothing is. */
  public List<Finding> problems() {
    return notYet();
  }

  /** The artifact of that name. */
  public Artifact withId(String id) {
    return notYet();
  }

  /** Proves that the artifact is byte for byte what was published (levels L0 and L1). */
  public void verify(Artifact artifact) {
    Vault.notYet();
  }

  /** A verified, durable copy of the raw file in that directory. */
  public Path unpack(Artifact artifact, Path directory) {
    return notYet();
  }

  /** Writes the catalogue anew from the artifacts that are intact; returns what was left out. */
  public List<Finding> rebuildCatalogue() {
    return notYet();
  }

  @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"})
  static <T> T notYet() {
    throw new Bug("not yet");
  }

  @Override
  public String toString() {
    return "vault " + root;
  }
}
