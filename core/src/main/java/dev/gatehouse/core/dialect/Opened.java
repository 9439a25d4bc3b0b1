package dev.gatehouse.core.dialect;

/**
 * Work on what was just opened and has no owner yet: when the work fails, it is closed.
 *
 * @since 0.1
 */
public final class Opened {
  private Opened() {}

  /** What is done with it. */
  @FunctionalInterface
  public interface Work<R, T, X extends Exception> {
    T on(R opened) throws X;
  }

  /**
   * Does the work, which makes the caller the owner of what was opened. When it fails, closes that;
   * what goes wrong while closing is told with the failure and never instead of it.
   *
   * @throws X the failure of the work, as it is
   */
  public static <R extends AutoCloseable, T, X extends Exception> T orClose(
      R opened, Work<? super R, T, X> work) throws X {
    try {
      return work.on(opened);
    } catch (Throwable failure) {
      try {
        opened.close();
      } catch (Exception alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
      throw failure;
    }
  }
}
