package dev.gatehouse.core.dialect;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a product is backed up, restored, and how its content is compared.
 *
 * <p>Implementations are thread-safe. All methods leave the target's content as it is; only the
 * {@link RestoreMethod} replaces it.
 *
 * @since 0.1
 */
public interface BackupMethod {

  /**
   * Options of a backup.
   *
   * @param compacting without free space, where the product's method copies it
   * @param zstd stored compressed, where the product's method does not do that anyway
   * @param jobs tables that are read at the same time, each into a file of its own; 1 is one file
   * @param unheld tables whose rows no snapshot of the product holds, and which are read as they
   *     are at that moment; a name that is not such a table is refused
   * @param readTwice whether rows are read at the source also where the copy's own would do
   */
  record Options(
      boolean compacting, boolean zstd, int jobs, Set<String> unheld, boolean readTwice) {
    /** The product's default method: one file, stored as the product's method has it. */
    public static final Options DEFAULT = new Options(false, false, 1);

    /** The same, without free space. */
    public Options compacted() {
      return new Options(true, zstd, jobs, unheld, readTwice);
    }

    /** The same, stored compressed. */
    public Options compressed() {
      return new Options(compacting, true, jobs, unheld, readTwice);
    }

    /**
     * The same, reading so many tables at the same time.
     *
     * @throws IllegalArgumentException when below 1
     */
    public Options inParallel(int number) {
      return new Options(compacting, zstd, number, unheld, readTwice);
    }

    /** The same, also of these tables that no snapshot holds. */
    public Options alsoOf(Set<String> tables) {
      Set<String> all = new HashSet<>(unheld);
      all.addAll(tables);
      return new Options(compacting, zstd, jobs, all, readTwice);
    }

    /** The same, its rows read at the source as well. */
    public Options twice() {
      return new Options(compacting, zstd, jobs, unheld, true);
    }

    /** Everything under one snapshot. */
    public Options(boolean compacting, boolean zstd, int jobs) {
      this(compacting, zstd, jobs, Set.of(), false);
    }

    public Options {
      if (jobs < 1) {
        throw new IllegalArgumentException("jobs is " + jobs + ": 1 or more");
      }
      unheld = Set.copyOf(unheld);
    }

    /**
     * For products whose rows are read at the source once and for all.
     *
     * @throws Refusal when they are to be read twice
     */
    public void requireReadOnce(String product) {
      if (readTwice) {
        throw new Refusal(
            Finding.of("backup.read-twice", "a backup of " + product + " cannot be read twice")
                .withExpected(
                    "a backup without readTwice(): its rows are read at the source anyway")
                .withFound("readTwice()")
                .withFix("leave out readTwice()"));
      }
    }

    /**
     * For products whose snapshots hold every table.
     *
     * @throws Refusal when a table is named that no snapshot holds
     */
    public void requireAllHeld(String product) {
      if (!unheld.isEmpty()) {
        throw new Refusal(
            Finding.of("backup.unheld-unknown", "a snapshot of " + product + " holds every table")
                .withExpected("a backup without acceptingWithoutSnapshot(...)")
                .withFound("acceptingWithoutSnapshot of " + unheld.stream().sorted().toList())
                .withFix("leave out acceptingWithoutSnapshot(...)"));
      }
    }
  }

  /**
   * What a backup produced, before it is published: raw files and what they hold.
   *
   * @param versions of engine, driver and tools, and what else identifies the source
   */
  record Produced(
      List<String> fileNames,
      String method,
      Content content,
      Fingerprint source,
      Instant snapshotAt,
      Map<String, String> versions) {}

  /** The exact statements and commands a backup would execute. */
  List<String> preview(Options options);

  /**
   * Refuses what cannot be backed up, while planning: writes nothing.
   *
   * @throws dev.gatehouse.core.outcome.Refusal naming what stands in the way
   */
  void preflight(Target target, Options options);

  /**
   * Writes one consistent copy of the target, and reads its content under the same snapshot.
   *
   * @param staging where the files go: written there or streamed through it
   * @param name for people, to name the files after, such as {@code shop}
   * @throws dev.gatehouse.core.outcome.StepFailed when the copy is not whole
   */
  Produced backUp(Target target, Staging staging, String name, Options options, Progress progress)
      throws Exception;

  /**
   * Shell lines that put a raw copy back with the product's own client, for the day on which
   * Gatehouse is not at hand; written beside the artifact. Empty when no such client exists.
   *
   * @param produced the raw copy; its files lie in the current directory
   */
  default List<String> restoreCommands(Produced produced) {
    return List.of();
  }

  /** Reads the content of the live target under one snapshot. */
  Content content(Target target, Progress progress) throws Exception;

  /**
   * The same by the digests that a recorded content has, where the product knows several: so that
   * the two can be compared. Needs what {@link #content} needs, the right to read every row, and
   * fails as it does; tables that were not recorded are digested as there.
   *
   * @param recorded of a backup of this target
   */
  default Content contentAs(Content recorded, Target target, Progress progress) throws Exception {
    return content(target, progress);
  }

  /** How a backup takes the place of a target's content. */
  RestoreMethod restoring();

  /** How changes since a backup are replayed; empty where the product keeps none to replay. */
  default Optional<ChangeLog> changes() {
    return Optional.empty();
  }

  /** What is asked of a restored copy before it is removed; nobody else knows of that copy. */
  @FunctionalInterface
  interface Restored {
    /** Nothing. */
    Restored NOTHING = copy -> {};

    /**
     * Called once, after the engine found the copy sound and its content was read.
     *
     * @param copy may be changed; marked as disposable where the product has such a mark
     */
    void asked(Target copy) throws Exception;
  }

  /**
   * Restores a copy beside everything in use, has the engine check it and reads its content; leaves
   * nothing behind.
   *
   * @param raw directory with the artifact's data, unpacked and verified; the drill may use it
   * @param key idempotency key of the step: what a dead drill of that key left is removed first
   * @param restored what else is asked of the copy
   * @throws dev.gatehouse.core.outcome.StepFailed when the engine finds the copy damaged
   */
  Content drill(
      Artifact artifact,
      Path raw,
      Scratch scratch,
      String key,
      Restored restored,
      Progress progress)
      throws Exception;

  /** The same, and nothing else is asked of the copy. */
  default Content drill(Artifact artifact, Path raw, Scratch scratch, String key, Progress progress)
      throws Exception {
    return drill(artifact, raw, scratch, key, Restored.NOTHING, progress);
  }

  /**
   * What statements would reach beyond a restored copy that they are executed on, such as roles of
   * the server, as far as their text and the database tell: a rehearsal on a copy must leave
   * everything else alone. Reads only. By default nobody knows.
   *
   * @param source what the copy is a copy of
   * @return each in words; empty when the copy holds all they do
   */
  default List<String> beyondCopy(List<String> statements, Connection source) throws SQLException {
    return List.of("what statements of this product reach, which its dialect does not know");
  }

  /**
   * Refuses a place that no drill can take place in, while planning: writes nothing.
   *
   * @throws dev.gatehouse.core.outcome.Refusal naming what stands in the way
   */
  void preflightDrill(Target source, Scratch scratch);
}
