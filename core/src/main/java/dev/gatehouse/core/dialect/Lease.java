package dev.gatehouse.core.dialect;

/**
 * The right to have effects on a target. No lease, no effect.
 *
 * @since 0.1
 */
public interface Lease extends AutoCloseable {

  /** Grows with every holder of this target. */
  long epoch();

  /**
   * Proves that it is still held.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when it is not
   */
  void verify();

  /** Gives it back. Closing twice does nothing. */
  @Override
  void close();
}
