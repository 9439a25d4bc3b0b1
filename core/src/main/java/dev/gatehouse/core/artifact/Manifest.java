package dev.gatehouse.core.artifact;

import dev.gatehouse.core.json.Sha256;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a backup says of itself, written last and never changed. Results of later verifications are
 * not in it.
 *
 * <p>Immutable.
 *
 * @param id name of the artifact, UTC time and random, never reused
 * @param key idempotency key of the step that made it
 * @param files the data files, at least one, sorted by name
 * @param source fingerprint of the database it was taken from, as text
 * @param method such as {@code backup-api} or {@code vacuum-into}
 * @param content schema and table digests, read under the same snapshot
 * @param snapshotAt the moment the content was true
 * @param finishedAt the moment the last byte was on disk
 * @param versions of library, engine, driver and tools, and what else identifies the source
 * @since 0.1
 */
public record Manifest(
    String id,
    String key,
    List<StoredFile> files,
    String source,
    String method,
    Content content,
    Instant snapshotAt,
    Instant finishedAt,
    Map<String, String> versions) {

  /** For what it was taken, among {@code versions}. */
  public static final String PURPOSE = "purpose";

  /** Somebody wanted it. */
  public static final String BACKUP = "backup";

  /** What a restore took of what it was about to replace. */
  public static final String SAFETY_COPY = "safety copy";

  /** Until when somebody wants it kept, among {@code versions}: an instant in UTC. */
  public static final String KEPT_UNTIL = "kept until";

  /**
   * What the recorded content was made of, among {@code versions}, in words: the source, or what
   * the product's tool wrote of it. Not among them where it is the source for every product.
   */
  public static final String CONTENT_OF = "content of";

  public Manifest {
    files = List.copyOf(files);
    versions = Map.copyOf(new LinkedHashMap<>(versions));
  }

  /**
   * Whether a restore took it of what it was about to replace: mostly of what was wrong, so that
   * nobody wants it by its time. One whose manifest does not say is known by its key.
   */
  public boolean isSafetyCopy() {
    String purpose = versions.get(PURPOSE);
    return purpose == null ? key.matches("(?s).*/safety(/\\d+)?") : purpose.equals(SAFETY_COPY);
  }

  /** In words: {@code artifact ID, a safety copy of 2026-11-30T07:45:00Z}. */
  public String words() {
    return "artifact "
        + id
        + ", a "
        + (isSafetyCopy() ? SAFETY_COPY : BACKUP)
        + " of "
        + snapshotAt.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Size of all files before compression, in bytes. */
  public long rawBytes() {
    return files.stream().mapToLong(StoredFile::rawBytes).sum();
  }

  /** Size of all files on disk, in bytes. */
  public long storedBytes() {
    return files.stream().mapToLong(StoredFile::storedBytes).sum();
  }

  /**
   * Lower-case hex over the bytes before compression; of several files, over the lines that {@code
   * sha256sum} prints of them.
   */
  public String rawSha256() {
    return sha256(StoredFile::rawSha256, StoredFile::rawName);
  }

  /**
   * Lower-case hex over the bytes on disk; of several files, over the lines that {@code sha256sum}
   * prints of them.
   */
  public String storedSha256() {
    return sha256(StoredFile::storedSha256, StoredFile::name);
  }

  private String sha256(Function<StoredFile, String> digest, Function<StoredFile, String> name) {
    return files.size() == 1
        ? digest.apply(files.get(0))
        : Sha256.of(
            files.stream()
                .map(file -> digest.apply(file) + "  " + name.apply(file) + "\n")
                .collect(Collectors.joining()));
  }
}
