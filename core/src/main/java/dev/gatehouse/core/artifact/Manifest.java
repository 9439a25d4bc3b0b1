package dev.gatehouse.core.artifact;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a backup says of itself, written last and never changed. Results of later verifications are
 * not in it.
 *
 * <p>Immutable.
 *
 * @param id name of the artifact, UTC time and random, never reused
 * @param key idempotency key of the step that made it
 * @param file name of the data file within the artifact's directory
 * @param codec {@code none} or {@code zstd}
 * @param rawBytes size before compression, in bytes
 * @param storedBytes size on disk, in bytes
 * @param rawSha256 lower-case hex over the bytes before compression
 * @param storedSha256 lower-case hex over the bytes on disk
 * @param source fingerprint of the database it was taken from, as text
 * @param method such as {@code backup-api} or {@code vacuum-into}
 * @param content schema and table digests, read under the same snapshot
 * @param snapshotAt the moment the content was true
 * @param finishedAt the moment the last byte was on disk
 * @param versions of library, engine, driver and tools
 * @since 0.1
 */
public record Manifest(
    String id,
    String key,
    String file,
    String codec,
    long rawBytes,
    long storedBytes,
    String rawSha256,
    String storedSha256,
    String source,
    String method,
    Content content,
    Instant snapshotAt,
    Instant finishedAt,
    Map<String, String> versions) {

  public Manifest {
    versions = Map.copyOf(new LinkedHashMap<>(versions));
  }
}
