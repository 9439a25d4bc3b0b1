package dev.gatehouse.core.journal;

import java.nio.file.Path;

/**
 * Told what a run does while it does it, in order, one call at a time, on a thread that is not the
 * run's. What it throws is logged once and changes nothing. The run waits for it as long as it is
 * quick; once it was slow, the run goes on without waiting, and it is told later.
 *
 * @since 0.1
 */
public interface RunListener {

  /** A run begins, or goes on, and this is its journal; told before all else. */
  default void journaling(Path journal) {}

  /** A record was written; the record of the run includes it. */
  default void recorded(Entry entry, RunRecord run) {}

  /**
   * A step is under way.
   *
   * @param bytes done so far
   * @param total expected at the end; 0 when not known
   */
  default void moved(String step, long bytes, long total) {}
}
