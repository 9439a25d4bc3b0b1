package dev.gatehouse.core.dialect;

import dev.gatehouse.core.artifact.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a product has written down of its changes, to go on from a backup to a later moment.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface ChangeLog {

  /**
   * A place in such a log.
   *
   * @param file its name, without a directory
   * @param offset in the file, in bytes
   */
  record Position(String file, long offset) {
    @Override
    public String toString() {
      return file + ":" + offset;
    }
  }

  /** Behind which change nothing is replayed. */
  sealed interface Stop {
    /** What was committed at that moment or later is left out. */
    record Moment(Instant at) implements Stop {}

    /** What begins there is left out. */
    record At(Position position) implements Stop {}

    /** That transaction is left out, and whatever follows it. */
    record Transaction(String gtid) implements Stop {}
  }

  /**
   * A stretch of the log that was read whole: what it holds is what will be replayed.
   *
   * @param directory of the files
   * @param source database whose changes they are, as the log names it
   * @param from where the backup's own content ends
   * @param to between two transactions
   * @param transactions that change that database
   * @param rows that they insert, update or delete, without those of statements
   * @param digest over every byte of these transactions
   * @param preview what a plan says of it
   * @param later what may change as files are added, in words that follow "UNKNOWN"
   * @param facts what evidence says of it, by name
   */
  record Replay(
      Path directory,
      String source,
      Position from,
      Position to,
      long transactions,
      long rows,
      String digest,
      List<String> preview,
      List<String> later,
      Map<String, String> facts) {
    public Replay {
      preview = List.copyOf(preview);
      later = List.copyOf(later);
      facts = Map.copyOf(facts);
    }
  }

  /**
   * Reads the files from the place of a backup on, and finds the stop. Writes nothing.
   *
   * @param directory of the files; others may lie there
   * @param statements whether statements that change rows are accepted: what they did the first
   *     time nobody can compare
   * @throws dev.gatehouse.core.outcome.Refusal when the backup has no place in a log, when files
   *     are missing, damaged, or another server's, when the stop is not in them, and when what lies
   *     before it cannot be replayed
   */
  Replay resolve(Artifact artifact, Path directory, Stop stop, boolean statements)
      throws IOException;

  /** Restores a backup and goes on to the end of that stretch before anything is replaced. */
  RestoreMethod.Swap restoring(Replay replay);
}
