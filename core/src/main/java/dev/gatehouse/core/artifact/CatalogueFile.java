package dev.gatehouse.core.artifact;

import dev.gatehouse.core.artifact.Catalogue.Entry;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The catalogue on disk, written by one at a time.
 *
 * <p>Rename of the artifact, catalogue and checksums cannot be one instant, so the lock file says
 * for which artifact they are under way, and whoever takes the lock next finishes that first. So a
 * crash never looks like damage, and damage never like a crash.
 */
final class CatalogueFile {
  static final String LOCK = ".lock";

  private final Directory root;
  private final VaultScan shelf;

  CatalogueFile(Directory root, VaultScan shelf) {
    this.root = root;
    this.shelf = shelf;
  }

  /** Whether a vault was begun here, or something stands here that only a vault has. */
  boolean begun() throws IOException {
    return root.has(Catalogue.NAME) || root.names().stream().anyMatch(ArtifactName::isId);
  }

  /** Makes an empty vault's files; leaves an existing vault as it is. */
  void begin() throws IOException {
    try (VaultFileLock claim = VaultFileLock.take(root, LOCK)) {
      if (!begun() && claim.text().isEmpty()) {
        replaceBoth(Catalogue.EMPTY);
      }
    }
  }

  /** The catalogue, finished if a crash left something to finish, and found undamaged. */
  Catalogue read() throws IOException {
    try (VaultFileLock claim = VaultFileLock.take(root, LOCK)) {
      finish(claim);
      return intact();
    }
  }

  /** From the first durable line to the last: the artifact is published or it is not. */
  void publish(Directory staging, Entry entry, Consumer<String> reached) throws IOException {
    try (VaultFileLock claim = VaultFileLock.take(root, LOCK)) {
      finish(claim);
      Catalogue before = intact();
      before.withKey(entry.key()).ifPresent(CatalogueFile::refuseTwin);
      Catalogue after = before.with(entry);
      // All that needs space first: from the rename on the disk may be full.
      prepare(Catalogue.NAME, after.bytes());
      prepare(Catalogue.CHECKSUMS, after.checksums());
      reached.accept("vault.prepared");
      claim.write(entry.id());
      reached.accept("vault.intended");
      staging.sync();
      root.rename(ArtifactName.staging(entry.id()), entry.id());
      reached.accept("vault.renamed");
      root.sync();
      reached.accept("vault.published");
      root.rename(prepared(Catalogue.NAME), Catalogue.NAME);
      reached.accept("vault.catalogued");
      root.rename(prepared(Catalogue.CHECKSUMS), Catalogue.CHECKSUMS);
      root.sync();
      reached.accept("vault.checksummed");
      root.delete(ArtifactName.claim(entry.id()));
      claim.clear();
    }
    reached.accept("vault.completed");
  }

  /** Lists what is intact and tells what is not. */
  List<Finding> rebuild() throws IOException {
    List<Finding> leftOut = new ArrayList<>();
    try (VaultFileLock claim = VaultFileLock.take(root, LOCK)) {
      Catalogue found = Catalogue.EMPTY;
      for (String id : root.names().stream().filter(ArtifactName::isId).toList()) {
        try {
          found = found.with(proven(id));
        } catch (Refusal e) {
          leftOut.addAll(e.findings());
        }
      }
      replaceBoth(found);
      claim.clear();
    }
    return leftOut;
  }

  void finish(VaultFileLock claim) throws IOException {
    String id = claim.text();
    if (id.isEmpty()) {
      return;
    }
    Catalogue listed = catalogue();
    if (ArtifactName.isId(id) && root.has(id)) {
      if (listed.withId(id).isEmpty()) {
        listed = withIfIntact(listed, id);
      }
      root.delete(ArtifactName.claim(id));
    }
    replaceBoth(listed);
    claim.clear();
  }

  private Catalogue withIfIntact(Catalogue listed, String id) throws IOException {
    try {
      return listed.with(proven(id));
    } catch (Refusal e) {
      // Damaged since: it stays unlisted, which problems() shows, and the vault stays usable.
      return listed;
    }
  }

  private Entry proven(String id) throws IOException {
    VaultScan.Found found = shelf.read(id);
    shelf.prove(found, (bytes, length) -> {});
    return found.entry();
  }

  private Catalogue intact() throws IOException {
    Catalogue catalogue = catalogue();
    if (!Arrays.equals(bytes(Catalogue.CHECKSUMS), catalogue.checksums())) {
      throw VaultRefusals.to(
          "vault.checksums-damaged",
          Catalogue.CHECKSUMS + " and " + Catalogue.NAME + " do not say the same",
          "the checksums of the " + catalogue.entries().size() + " artifacts in the catalogue",
          "something else in " + root.at(Catalogue.CHECKSUMS),
          "find out who wrote there, then vault.rebuildCatalogue() lists what is still intact");
    }
    return catalogue;
  }

  private Catalogue catalogue() throws IOException {
    return Catalogue.read(bytes(Catalogue.NAME));
  }

  private byte[] bytes(String name) throws IOException {
    try {
      return root.bytes(name, Catalogue.LONGEST);
    } catch (FileSystemException e) {
      String found = e instanceof NoSuchFileException ? "no such file" : e.getMessage();
      throw VaultRefusals.to(
          "vault.catalogue-damaged",
          name + " of the vault cannot be read safely",
          "the plain file " + root.at(name),
          String.valueOf(found),
          "find out who changed it, then vault.rebuildCatalogue() lists what is still intact");
    }
  }

  private void replaceBoth(Catalogue catalogue) throws IOException {
    prepare(Catalogue.NAME, catalogue.bytes());
    prepare(Catalogue.CHECKSUMS, catalogue.checksums());
    root.rename(prepared(Catalogue.NAME), Catalogue.NAME);
    root.rename(prepared(Catalogue.CHECKSUMS), Catalogue.CHECKSUMS);
    root.sync();
  }

  private void prepare(String name, byte[] bytes) throws IOException {
    root.delete(prepared(name));
    root.write(prepared(name), bytes);
  }

  private static String prepared(String name) {
    return "." + name + ".new";
  }

  private static void refuseTwin(Entry twin) {
    throw VaultRefusals.to(
        "artifact.key-taken",
        "a backup was already published under key '" + twin.key() + "'",
        "one artifact for one step of one run",
        "artifact " + twin.id(),
        "use it: vault.published(\"" + twin.key() + "\")");
  }
}
