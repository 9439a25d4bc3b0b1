package dev.gatehouse.core.artifact;

import dev.gatehouse.core.artifact.Catalogue.Entry;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A directory of backups with a catalogue: {@code catalog.jsonl}, one line per artifact, and {@code
 * checksums.txt} for {@code sha256sum -c}. Shows every damage and every exchange; it does not show
 * a forgery of artifact, manifest, catalogue and checksums together, which takes whoever may write
 * there.
 *
 * <p>Thread-safe, and safe against other processes of this host that use the same directory. Needs
 * a file system with POSIX permissions and locks; everything in it is for its owner only.
 *
 * @since 0.1
 */
public final class Vault {
  private final Directory root;
  private final VaultScan shelf;
  private final CatalogueFile register;

  private Vault(Directory root) {
    this.root = root;
    this.shelf = new VaultScan(root);
    this.register = new CatalogueFile(root, shelf);
  }

  /**
   * The vault in that directory, which is created when its parent has none of that name.
   *
   * @throws Refusal when it is a link, not a directory, open to others for writing, not writable,
   *     or has no parent
   */
  public static Vault at(Path root) {
    return reading("vault " + root, () -> begun(new Vault(VaultRoot.open(root))));
  }

  /**
   * The vault in that directory, if there is one; makes nothing there but its lock, which whoever
   * reads it takes.
   *
   * @return empty when there is nothing of that name, or a directory that no backup was put into
   * @throws Refusal as {@link #at}
   */
  public static Optional<Vault> existing(Path root) {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    return reading(
        "vault " + root,
        () -> {
          Vault vault = new Vault(VaultRoot.existing(root));
          return vault.register.begun() ? Optional.of(vault) : Optional.empty();
        });
  }

  private static Vault begun(Vault vault) throws IOException {
    vault.register.begin();
    return vault;
  }

  /** Its directory: absolute, and no link on the way. */
  public Path root() {
    return root.path();
  }

  /**
   * Begins an artifact; sweeps what an earlier, dead attempt under the same key left.
   *
   * @param key idempotency key of the step
   * @param now the moment of beginning; part of the artifact's name
   * @throws Refusal when the vault cannot be written
   */
  public Staging stage(String key, Instant now) {
    if (key.isBlank()) {
      throw new IllegalArgumentException("key is blank: it must tell this backup from all others");
    }
    return reading("vault " + root(), () -> Stagings.begin(root, register, key, now));
  }

  /**
   * The artifact that was published under that key: the probe after a crash. Finishes its entry in
   * the catalogue if that was cut off; does not verify its data.
   *
   * @throws Refusal when there is one and it is not what was published, or the vault is damaged
   */
  public Optional<Artifact> published(String key) {
    return reading(
        "vault " + root(),
        () -> {
          Catalogue catalogue = register.read();
          Optional<Entry> entry = catalogue.withKey(key);
          if (entry.isPresent()) {
            return Optional.of(shelf.agreeing(entry.get()).artifact());
          }
          new VaultAudit(root, shelf).refuseUnlisted(catalogue, key);
          return Optional.empty();
        });
  }

  /**
   * All artifacts whose manifest is as the catalogue says, newest snapshot first. Their data is not
   * verified; what is left out is told by {@link #problems}.
   *
   * @throws Refusal when the catalogue or the checksums are damaged
   */
  public List<Artifact> artifacts() {
    return reading(
        "vault " + root(),
        () -> {
          List<Artifact> artifacts = new ArrayList<>();
          for (Entry entry : register.read().entries()) {
            try {
              artifacts.add(shelf.agreeing(entry).artifact());
            } catch (Refusal e) {
              // Left out here, told by problems(): one bad artifact must not hide the good ones.
            }
          }
          artifacts.sort(
              Comparator.comparing((Artifact artifact) -> artifact.manifest().snapshotAt())
                  .thenComparing(Artifact::id)
                  .reversed());
          return List.copyOf(artifacts);
        });
  }

  /**
   * Artifacts that are listed and not whole, so that {@link #artifacts} leaves them out, of those
   * begun not before that one, by the second, and not after that moment; oldest first. Reads
   * manifests and looks for files, and reads no data: {@link #verify} does.
   *
   * @throws Refusal when the catalogue is damaged
   */
  public List<NotWhole> notWhole(Artifact after, Instant until) {
    return reading(
        "vault " + root(),
        () -> {
          List<NotWhole> found = new ArrayList<>();
          for (Entry entry : register.read().entries()) {
            if (ArtifactName.isBetween(entry.id(), after.id(), until)) {
              notWhole(entry).ifPresent(found::add);
            }
          }
          found.sort(Comparator.comparing(NotWhole::id));
          return List.copyOf(found);
        });
  }

  private Optional<NotWhole> notWhole(Entry entry) throws IOException {
    try {
      shelf.agreeing(entry);
      return Optional.empty();
    } catch (Refusal damaged) {
      String why = damaged.findings().get(0).headline();
      return Optional.of(new NotWhole(entry.id(), shelf.asListed(entry), why));
    }
  }

  /**
   * What is wrong with the vault: damaged catalogue, artifacts that are damaged, exchanged, not
   * listed or gone, and what dead attempts left. Reads no data files. Empty when nothing is.
   */
  public List<Finding> problems() {
    return reading("vault " + root(), () -> new VaultAudit(root, shelf).problems(register));
  }

  /**
   * The artifact of that name.
   *
   * @throws Refusal when there is none, its directory is gone or exchanged, or the vault is damaged
   */
  public Artifact withId(String id) {
    return reading("vault " + root(), () -> listed(id).artifact());
  }

  /**
   * Proves that the artifact is byte for byte what was published and can be unpacked (levels L0 and
   * L1): catalogue, checksums, manifest, RESTORE.md, and every byte of the data as stored and as
   * decompressed. Reads each data file once.
   *
   * @throws Refusal naming what is not as it was written
   */
  public void verify(Artifact artifact) {
    reading(
        "artifact " + artifact.id(),
        () -> {
          shelf.prove(same(artifact), (bytes, length) -> {});
          return artifact;
        });
  }

  /**
   * Durable copies of the raw files in that directory, proven on the very bytes that were written.
   * The copies are for their owner only; the caller deletes them.
   *
   * @return the copies, under the names that the files had before compression, sorted
   * @throws Refusal as {@link #verify}, and when the directory is none or already has such a file
   * @throws StepFailed when the copies cannot be written
   */
  public List<Path> unpack(Artifact artifact, Path directory) {
    VaultScan.Found found = reading("artifact " + artifact.id(), () -> same(artifact));
    return Unpacking.into(directory, shelf, found);
  }

  /**
   * Writes catalogue and checksums anew from the artifacts that are intact, all data verified. For
   * a person who has found out how the old ones were damaged: what was exchanged whole before is
   * not noticed.
   *
   * @return what was left out, and why
   */
  public List<Finding> rebuildCatalogue() {
    return reading("vault " + root(), register::rebuild);
  }

  @Override
  public String toString() {
    return "vault " + root();
  }

  private VaultScan.Found listed(String id) throws IOException {
    Catalogue catalogue = register.read();
    Optional<Entry> entry = catalogue.withId(id);
    if (entry.isEmpty()) {
      int size = catalogue.entries().size();
      throw VaultRefusals.to(
          "artifact.unknown",
          "the vault lists no artifact '" + id + "'",
          "one of " + size + " artifacts" + (size == 0 ? "" : ", the latest " + last(catalogue)),
          "'" + id + "'",
          "choose one of vault.artifacts()");
    }
    return shelf.agreeing(entry.get());
  }

  private static String last(Catalogue catalogue) {
    return catalogue.entries().get(catalogue.entries().size() - 1).id();
  }

  private VaultScan.Found same(Artifact artifact) throws IOException {
    VaultScan.Found found = listed(artifact.id());
    if (!found.artifact().equals(artifact)) {
      throw VaultRefusals.damaged(
          "artifact.other",
          "the vault's artifact " + artifact.id() + " is not the one that was asked for",
          artifact.toString(),
          found.artifact().toString());
    }
    return found;
  }

  /** Work on the vault's files. */
  @FunctionalInterface
  private interface Work<T> {
    T go() throws IOException;
  }

  private static <T> T reading(String what, Work<T> work) {
    try {
      return work.go();
    } catch (IOException e) {
      throw VaultRefusals.unreadable(what, e);
    }
  }
}
