package dev.gatehouse.core.run;

/** A short wait between two attempts, longer before each, that ends when somebody stops the run. */
final class Pause {
  private static final long FIRST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 5_000;
  private static final long STEP_MILLIS = 20;

  private Pause() {}

  /**
   * @param attempt the one that comes next; the second is the first to be waited for
   */
  static void before(int attempt, Stop stop) {
    long millis = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(attempt - 2, 10));
    long end = System.nanoTime() + millis * 1_000_000;
    while (System.nanoTime() - end < 0 && stop.pending().isEmpty()) {
      try {
        Thread.sleep(STEP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
