package dev.gatehouse.core.model;

import dev.gatehouse.core.dialect.Progress;

/**
 * What an effect works with.
 *
 * <p>One thread at a time.
 *
 * @since 0.1
 */
public interface EffectContext extends CheckContext {

  /** Idempotency key: the same for every attempt at this step in this run, and for no other. */
  String key();

  /** To tell how far it is, and to be told to stop. */
  Progress progress();

  /**
   * Goes on only if the check passes on this effect's own session.
   *
   * @throws dev.gatehouse.core.outcome.StepFailed when it does not
   */
  void require(Check check) throws Exception;
}
