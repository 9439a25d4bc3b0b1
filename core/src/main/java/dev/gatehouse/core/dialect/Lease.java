package dev.gatehouse.core.dialect;

import java.util.Optional;

/**
 * The right to have effects on a target. No lease, no effect.
 *
 * @since 0.1
 */
public interface Lease extends AutoCloseable {

  /** Grows with every holder of this target. */
  long epoch();

  /**
   * Who gave no sign of life and was replaced by this holder, with the moment of the last one;
   * empty when the lease was free.
   */
  Optional<String> replaced();

  /**
   * Gives a sign of life, by the server's clock. Kept up by the thread that drives the run, and
   * beside it only while that thread is busy with a check or an effect.
   *
   * @return false when the lease cannot be held any more; {@link #verify} says why
   */
  boolean beat();

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
