package dev.gatehouse.core.artifact;

import dev.gatehouse.core.artifact.Catalogue.Entry;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A place for one artifact in the making: a directory of its own, readable by its owner only, that
 * becomes an artifact by one rename. Close it always: what was not published is deleted.
 *
 * <p>One thread at a time.
 *
 * @since 0.1
 */
public final class Staging implements AutoCloseable {
  private static final String NEW_MANIFEST = ManifestText.NAME + ".new";

  /** What this machine and tools of it say; both speak English by themselves. */
  private static final String NO_SPACE = "No space left on device";

  private final Directory root;
  private final CatalogueFile register;
  private final Directory directory;
  private final VaultFileLock claim;
  private final String id;
  private final String key;
  private final Instant begun;
  private final long begunNanos = System.nanoTime();
  private final Map<String, DataFile.Sums> streamed = new HashMap<>();
  private final Map<String, String> required = new HashMap<>();

  Staging(
      Directory root,
      CatalogueFile register,
      Directory directory,
      VaultFileLock claim,
      String id,
      String key,
      Instant begun) {
    this.root = root;
    this.register = register;
    this.directory = directory;
    this.claim = claim;
    this.id = id;
    this.key = key;
    this.begun = begun;
  }

  /** Name that the artifact will have. */
  public String id() {
    return id;
  }

  /**
   * Where to write raw files: empty, and for its owner only. Tools that write a directory of files
   * are given this one.
   */
  public Path directory() {
    return directory.path();
  }

  /**
   * Takes the bytes of a raw file of that name and stores them compressed, hashed before and after,
   * in one pass and without a raw copy on disk. On disk when it is closed.
   *
   * @throws Refusal when the name could lead out of the directory or is one of the vault's own
   */
  public OutputStream compressing(String name) throws IOException {
    String raw = ArtifactName.file(name);
    FileChannel file = directory.create(ArtifactName.file(raw + DataFile.SUFFIX));
    return new Compressing(file, sums -> streamed.put(raw, sums));
  }

  /**
   * Where to write a raw file of that name; the file is not created.
   *
   * @throws Refusal when the name could lead out of the directory or is one of the vault's own
   */
  public Path file(String name) {
    return directory.at(ArtifactName.file(name));
  }

  /**
   * The raw file of that name must hash to this, which was found out at its source: if it does not,
   * nothing is published.
   *
   * @param sha256 lower-case hex
   */
  public void require(String name, String sha256) {
    required.put(ArtifactName.file(name), sha256);
  }

  /** As {@link #publish(Facts, LongConsumer, Consumer)}, without telling how far it is. */
  public Artifact publish(Facts facts) {
    return publish(facts, bytes -> {}, point -> {});
  }

  /**
   * Hashes the raw files, compresses them if asked, and publishes them: on disk, with manifest and
   * RESTORE.md, by one rename. Not compressed, a file is neither copied nor moved. Its moment of
   * completion is reckoned from the moment given to {@link Vault#stage} by time passed.
   *
   * <p>If it throws, the artifact may be published nonetheless: {@link Vault#published} tells.
   *
   * @param moved told how many raw bytes are done so far
   * @param reached told each named point between two durable actions, in order: {@code
   *     vault.staged}, for each file {@code vault.hashed} and {@code vault.synced}, {@code
   *     vault.guided}, {@code vault.described}, {@code vault.manifest}, {@code vault.sealed},
   *     {@code vault.prepared}, {@code vault.intended}, {@code vault.renamed} (from here on it is
   *     published), {@code vault.published}, {@code vault.catalogued}, {@code vault.checksummed},
   *     {@code vault.completed}
   * @throws StepFailed when a file is missing, linked from elsewhere, not named or not what it must
   *     be, all are empty, or the disk does not take them
   * @throws Refusal when the vault is damaged, or the key already has an artifact
   */
  public Artifact publish(Facts facts, LongConsumer moved, Consumer<String> reached) {
    try {
      reached.accept("vault.staged");
      facts.fileNames().forEach(ArtifactName::file);
      refuseUnfit(facts.fileNames());
      Manifest manifest = manifest(facts, stored(facts, moved, reached));
      byte[] manifestBytes = describe(manifest);
      byte[] guide = RestoreGuide.write(manifest, facts.restoreCommands());
      directory.write(RestoreGuide.NAME, guide);
      reached.accept("vault.guided");
      directory.write(NEW_MANIFEST, manifestBytes);
      reached.accept("vault.described");
      directory.rename(NEW_MANIFEST, ManifestText.NAME);
      reached.accept("vault.manifest");
      directory.sync();
      reached.accept("vault.sealed");
      register.publish(directory, Entry.of(manifest, manifestBytes, guide), reached);
      return new Artifact(root.at(id), manifest);
    } catch (IOException e) {
      throw VaultRefusals.failed(
          "vault.publish-failed",
          "backup " + id + " could not be published",
          e.toString(),
          "make sure the vault's disk has room and can be written: df '" + root.path() + "'");
    }
  }

  /**
   * What to say instead when the cause is that the vault's disk is full; empty for any other.
   *
   * @param expected how much room there should have been; asked only then
   */
  public Optional<StepFailed> whenFull(Exception cause, Callable<String> expected)
      throws Exception {
    if (!String.valueOf(cause.getMessage()).contains(NO_SPACE)) {
      return Optional.empty();
    }
    StepFailed full =
        new StepFailed(
            Finding.of("backup.disk-full", "the disk of the vault is full")
                .withExpected(expected.call())
                .withFound(
                    NO_SPACE
                        + ": "
                        + Files.getFileStore(root.path()).getUsableSpace()
                        + " bytes free beside what was written until then")
                .withFix("make room, and run the runbook again: df '" + root.path() + "'"));
    full.initCause(cause);
    return Optional.of(full);
  }

  /** Deletes what was not published. Closing twice does nothing. */
  @Override
  public void close() {
    try (claim) {
      root.deleteDirectory(ArtifactName.staging(id));
      root.delete(ArtifactName.claim(id));
    } catch (IOException e) {
      throw VaultRefusals.failed(
          "vault.not-swept",
          "what is left of backup " + id + " could not be deleted",
          e.toString(),
          "rm -r '" + root.at(ArtifactName.staging(id)) + "'");
    }
  }

  private List<StoredFile> stored(Facts facts, LongConsumer moved, Consumer<String> reached)
      throws IOException {
    List<StoredFile> stored = new ArrayList<>();
    long before = 0;
    for (String raw : facts.fileNames()) {
      long done = before;
      StoredFile file = stored(raw, facts.zstd(), bytes -> moved.accept(done + bytes), reached);
      refuseOther(raw, file.rawSha256());
      stored.add(file);
      before += file.rawBytes();
    }
    stored.sort(Comparator.comparing(StoredFile::name));
    return stored;
  }

  private void refuseOther(String raw, String sha256) {
    String wanted = required.getOrDefault(raw, sha256);
    if (!wanted.equals(sha256)) {
      throw new StepFailed(
          VaultRefusals.finding(
              "vault.other-bytes",
              "'" + raw + "' does not hold what its source held",
              "sha256 " + wanted + ", as read at the source",
              "sha256 " + sha256,
              "take the backup again; if that does not help, look for a failing disk or memory"));
    }
  }

  private StoredFile stored(String raw, boolean zstd, LongConsumer moved, Consumer<String> reached)
      throws IOException {
    DataFile.Sums already = streamed.get(raw);
    if (already != null) {
      return StoredFile.of(raw + DataFile.SUFFIX, true, already);
    }
    directory.keepPrivate(raw);
    if (!zstd) {
      return StoredFile.of(raw, false, hash(raw, moved, reached));
    }
    String name = ArtifactName.file(raw + DataFile.SUFFIX);
    return StoredFile.of(name, true, compress(raw, name, moved, reached));
  }

  private DataFile.Sums hash(String raw, LongConsumer moved, Consumer<String> reached)
      throws IOException {
    try (FileChannel file = directory.read(raw)) {
      DataFile.Sums sums = DataFile.hashAndSync(file, moved);
      reached.accept("vault.hashed");
      reached.accept("vault.synced");
      return sums;
    }
  }

  private DataFile.Sums compress(
      String raw, String stored, LongConsumer moved, Consumer<String> reached) throws IOException {
    DataFile.Sums sums;
    try (FileChannel from = directory.read(raw);
        FileChannel to = directory.create(stored)) {
      sums = DataFile.compress(from, to, moved);
      reached.accept("vault.hashed");
      to.force(true);
    }
    reached.accept("vault.synced");
    directory.delete(raw);
    return sums;
  }

  private Manifest manifest(Facts facts, List<StoredFile> stored) {
    return new Manifest(
        id,
        key,
        stored,
        facts.source(),
        facts.method(),
        facts.content(),
        facts.snapshotAt(),
        begun.plus(Duration.ofNanos(System.nanoTime() - begunNanos)),
        facts.versions());
  }

  private static byte[] describe(Manifest manifest) {
    try {
      return ManifestText.write(manifest);
    } catch (IllegalArgumentException e) {
      throw VaultRefusals.failed(
          "vault.cannot-describe",
          "the backup has a name or a number that a manifest cannot hold",
          String.valueOf(e.getMessage()),
          "rename the table or the database that is named here");
    }
  }

  private void refuseUnfit(List<String> raw) throws IOException {
    List<String> expected =
        raw.stream()
            .map(name -> streamed.containsKey(name) ? name + DataFile.SUFFIX : name)
            .sorted()
            .toList();
    List<String> names = directory.names();
    if (expected.isEmpty() || !names.equals(expected)) {
      throw unfit(
          "only the file " + String.join(", ", expected),
          names.isEmpty() ? "nothing" : String.join(", ", names));
    }
    long size = 0;
    for (String name : names) {
      size += directory.size(name);
      Object links =
          Files.getAttribute(directory.at(name), "unix:nlink", LinkOption.NOFOLLOW_LINKS);
      if (!Integer.valueOf(1).equals(links)) {
        throw unfit("a file with no other name", name + " with " + links + " hard links");
      }
    }
    if (size == 0) {
      throw unfit("a file with content", String.join(", ", names) + " of 0 bytes");
    }
  }

  private StepFailed unfit(String expected, String found) {
    return new StepFailed(
        VaultRefusals.finding(
            "vault.unfit",
            "what lies in " + directory.path() + " cannot be published",
            expected,
            found,
            "write the whole backup below staging.directory() and name all of its files"));
  }
}
