package dev.gatehouse.core.tell;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.outcome.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Whom a run tells what it does, such as a chat room. The journal remembers what was told: a
 * channel keeps nothing.
 *
 * <p>Called by one thread at a time, which is not the run's and serves all channels of the run, so
 * that one that takes long keeps the others waiting: it should come back within four seconds. What
 * it throws counts as {@link Delivery#later}.
 *
 * @since 0.1
 */
public interface Channel {

  /** By which the journal knows it: lower-case letters, digits and hyphens, at most 40. */
  String name();

  /** What it is told of; not empty. */
  Set<Occasion> occasions();

  /**
   * Delivers notices, oldest first: one, or all that have come together while it could not be told.
   * What was delivered and not journaled before a crash is delivered again under the same
   * {@linkplain Notice#id ids}, perhaps together with more.
   *
   * @param notices at least one
   * @throws InterruptedException when the run is closed meanwhile
   */
  Delivery deliver(List<Notice> notices) throws InterruptedException;

  /** The least time from the end of a delivery to the next one. Default none. */
  default Duration pace() {
    return Duration.ZERO;
  }

  /** What must stand in no text, such as the address of a webhook. Default none. */
  default List<Secret> secrets() {
    return List.of();
  }
}
