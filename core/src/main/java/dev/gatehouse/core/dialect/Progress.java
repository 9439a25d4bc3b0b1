package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Finding;

/**
 * What a long piece of work tells while it goes on, and how it is stopped. Cheap to call.
 *
 * @since 0.1
 */
public interface Progress {

  /**
   * So much is done.
   *
   * @param bytes done so far
   * @param total expected at the end; 0 when not known
   */
  void moved(long bytes, long total);

  /**
   * A named point between two durable actions was reached. Fault tests stop the process here.
   *
   * @param point stable name such as {@code restore.renamed}
   */
  void reached(String point);

  /**
   * Throws when the run was told to stop; call it where stopping leaves nothing half-done.
   *
   * @throws dev.gatehouse.core.outcome.StepFailed when the run is being stopped
   */
  void continuing();

  /**
   * Something that a person should know and that does not make the step fail: it stands with the
   * step in the report. What is left behind somewhere has a code that ends in {@code .left}, and a
   * fix that removes it.
   */
  default void noticed(Finding finding) {}

  /** How to interrupt what is about to block; replaces the one before. */
  void interruptibleBy(Runnable interrupt);

  /** Says nothing and never stops; for work outside a run. */
  Progress SILENT =
      new Progress() {
        @Override
        public void moved(long bytes, long total) {}

        @Override
        public void reached(String point) {}

        @Override
        public void continuing() {}

        @Override
        public void interruptibleBy(Runnable interrupt) {}
      };
}
