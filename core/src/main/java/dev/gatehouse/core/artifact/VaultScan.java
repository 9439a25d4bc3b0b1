package dev.gatehouse.core.artifact;

import dev.gatehouse.core.artifact.Catalogue.Entry;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The artifacts' directories as they lie there, compared with what was recorded of them. */
final class VaultScan {
  private static final long LONGEST_GUIDE = 64 << 20;

  private final Directory root;

  /** An artifact as it was found, and the entry a catalogue would have for it. */
  record Found(Directory directory, Manifest manifest, Entry entry) {
    Artifact artifact() {
      return new Artifact(directory.path(), manifest);
    }
  }

  VaultScan(Directory root) {
    this.root = root;
  }

  /**
   * Reads everything but the data.
   *
   * @throws Refusal when it is not an artifact, not a whole one, or one with another name
   */
  Found read(String id) throws IOException {
    try {
      Directory directory = Directory.of(root.at(id));
      byte[] bytes = directory.bytes(ManifestText.NAME, ManifestText.LONGEST);
      Manifest manifest = ManifestText.read(directory.at(ManifestText.NAME), bytes);
      if (!manifest.id().equals(id)) {
        throw VaultRefusals.damaged(
            "artifact.misplaced",
            "directory " + directory.path() + " holds another artifact's manifest",
            id,
            manifest.id());
      }
      refuseStrays(directory, manifest);
      byte[] guide = directory.bytes(RestoreGuide.NAME, LONGEST_GUIDE);
      return new Found(directory, manifest, Entry.of(manifest, bytes, guide));
    } catch (NoSuchFileException e) {
      throw VaultRefusals.damaged(
          "artifact.incomplete",
          "artifact " + id + " is not complete",
          "its directory with " + ManifestText.NAME + ", " + RestoreGuide.NAME + " and its data",
          "no file " + e.getFile());
    } catch (FileSystemException | InvalidPathException e) {
      throw VaultRefusals.damaged(
          "artifact.unreadable",
          "artifact " + id + " cannot be read safely",
          "a directory of plain files that this account may read",
          String.valueOf(e.getMessage()));
    }
  }

  /** The artifact that the entry stands for, unless one of the two was exchanged. */
  Found agreeing(Entry entry) throws IOException {
    Found found = read(entry.id());
    if (!found.entry().equals(entry)) {
      throw VaultRefusals.damaged(
          "artifact.exchanged",
          "artifact " + entry.id() + " is not the one that the catalogue lists",
          entry.toString(),
          found.entry().toString());
    }
    return found;
  }

  /** Its manifest, if it is word for word the one that the entry was made of. */
  Optional<Manifest> asListed(Entry entry) throws IOException {
    try {
      Directory directory = Directory.of(root.at(entry.id()));
      byte[] bytes = directory.bytes(ManifestText.NAME, ManifestText.LONGEST);
      return Sha256.of(bytes).equals(entry.manifestSha256())
          ? Optional.of(ManifestText.read(directory.at(ManifestText.NAME), bytes))
          : Optional.empty();
    } catch (FileSystemException | InvalidPathException | Refusal e) {
      return Optional.empty();
    }
  }

  /**
   * Reads the data once to its end and hands its raw bytes out. They are proven only when this
   * returns.
   *
   * @throws Refusal when one byte is not as recorded
   */
  void prove(Found found, DataFile.Sink sink) throws IOException {
    for (StoredFile file : found.manifest().files()) {
      prove(found, file, sink);
    }
  }

  /**
   * As {@link #prove(Found, DataFile.Sink)}, of one of its files.
   *
   * @throws Refusal when one byte is not as recorded
   */
  void prove(Found found, StoredFile file, DataFile.Sink sink) throws IOException {
    DataFile.Sums sums;
    try (FileChannel channel = openData(found, file)) {
      compare(found, file, "stored bytes", file.storedBytes() + "", channel.size() + "");
      sums = DataFile.read(channel, file.zstd(), file.rawBytes(), sink);
    }
    compare(found, file, "stored SHA-256", file.storedSha256(), sums.storedSha256());
    compare(found, file, "raw SHA-256", file.rawSha256(), sums.rawSha256());
    compare(found, file, "raw bytes", file.rawBytes() + "", sums.rawBytes() + "");
  }

  private static FileChannel openData(Found found, StoredFile file) throws IOException {
    try {
      return found.directory().read(file.name());
    } catch (FileSystemException e) {
      throw VaultRefusals.damaged(
          "artifact.unreadable",
          "the data of artifact " + found.manifest().id() + " cannot be read safely",
          "a plain file " + file.name() + " that this account may read",
          String.valueOf(e.getMessage()));
    }
  }

  private static void compare(
      Found found, StoredFile file, String what, String recorded, String measured) {
    if (!recorded.equals(measured)) {
      throw VaultRefusals.damaged(
          "artifact.damaged",
          "file "
              + found.directory().at(file.name())
              + " is not as it was written: "
              + what
              + " differ",
          recorded,
          measured);
    }
  }

  private static String shown(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(20, names.size())))
        + (names.size() > 20 ? " and " + (names.size() - 20) + " more" : "");
  }

  /** A file beside a database is not harmless: engines replay journals that lie there. */
  private static void refuseStrays(Directory directory, Manifest manifest) throws IOException {
    List<StoredFile> files = manifest.files();
    List<String> expected =
        Stream.concat(
                Stream.of(RestoreGuide.NAME, ManifestText.NAME),
                files.stream().map(StoredFile::name))
            .sorted()
            .toList();
    List<String> names = directory.names();
    if (files.isEmpty()
        || !files.stream().allMatch(StoredFile::wellFormed)
        || !names.equals(expected)) {
      throw VaultRefusals.damaged(
          "artifact.stray-file",
          "directory " + directory.path() + " does not hold what was published",
          shown(expected),
          shown(names));
    }
  }
}
