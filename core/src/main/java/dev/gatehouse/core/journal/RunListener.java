package dev.gatehouse.core.journal;

/**
 * Told what a run does while it does it. Called on the run's thread; must not throw and not block.
 *
 * @since 0.1
 */
public interface RunListener {

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
