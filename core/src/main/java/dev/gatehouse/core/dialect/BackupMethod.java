package dev.gatehouse.core.dialect;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How a product is backed up, restored, and how its content is compared.
 *
 * <p>Implementations are thread-safe. All methods but {@link #restore} leave the target's content
 * as it is.
 *
 * @since 0.1
 */
public interface BackupMethod {

  /** Options of a backup. */
  record Options(boolean compacting, boolean zstd) {
    /** The product's default method, uncompressed. */
    public static final Options DEFAULT = new Options(false, false);
  }

  /** What a backup produced, before it is published: one raw file and what it holds. */
  record Produced(
      String fileName,
      String method,
      Content content,
      Fingerprint source,
      Instant snapshotAt,
      Map<String, String> versions) {}

  /** The exact statements and commands a backup would execute. */
  List<String> preview(Options options);

  /**
   * Refuses what cannot be backed up or restored, while planning: writes nothing.
   *
   * @throws dev.gatehouse.core.outcome.Refusal naming what stands in the way
   */
  void preflight(Target target);

  /**
   * Writes one consistent copy of the target as a new file, and reads its content under the same
   * snapshot. The file is not yet durable: the vault syncs it.
   *
   * @param file to be created; must not exist
   */
  Produced backUp(Target target, Path file, Options options, Progress progress) throws Exception;

  /**
   * Shell lines that put a raw copy back with the product's own client, for the day on which
   * Gatehouse is not at hand; written beside the artifact. Empty when no such client exists.
   *
   * @param fileName of the raw copy, lying in the current directory
   */
  default List<String> restoreCommands(String fileName) {
    return List.of();
  }

  /** Reads the content of the live target under one snapshot. */
  Content content(Target target, Progress progress) throws Exception;

  /**
   * Puts the artifact's content in the place of the target's: all or nothing. Whatever goes wrong,
   * the target's content is either the old or the new one.
   *
   * @param raw the artifact's data, unpacked and verified, as a file of its own that the method may
   *     move
   * @param key idempotency key of the step
   */
  void restore(Artifact artifact, Path raw, Target target, String key, Progress progress)
      throws Exception;

  /** Whether the restore of that key took place; reads only. */
  RestoreState restoreState(Target target, String key) throws Exception;

  /** What is known of a restore that was interrupted. */
  enum RestoreState {
    APPLIED,
    NOT_APPLIED,
    UNKNOWN
  }

  /**
   * Opens a copy beside everything in use, checks its integrity with the engine and reads its
   * content; leaves nothing behind.
   *
   * @param raw the artifact's data, unpacked and verified
   * @param scratch directory the drill may use
   * @throws dev.gatehouse.core.outcome.StepFailed when the engine finds the copy damaged
   */
  Content drill(Artifact artifact, Path raw, Path scratch, Progress progress) throws Exception;
}
