package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Lease;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Signs of life that nobody waits for longer than for a server that answers: one that stands still
 * must not keep a run from hearing who stops it. What has no answer yet is taken for held, because
 * every effect proves its lease by itself.
 *
 * <p>One thread at a time.
 */
final class Pulse {
  private static final long ANSWERED_MILLIS = 250;

  private final Lease lease;
  private @Nullable FutureTask<Boolean> underWay;

  Pulse(Lease lease) {
    this.lease = lease;
  }

  /**
   * Gives one, unless another is still without an answer.
   *
   * @return false when the lease cannot be held any more
   */
  boolean beat() {
    FutureTask<Boolean> beat = underWay;
    if (beat == null || beat.isDone()) {
      beat = new FutureTask<>(lease::beat);
      underWay = beat;
      Thread thread = new Thread(beat, "gatehouse-pulse");
      thread.setDaemon(true);
      thread.start();
    }
    try {
      return beat.get(ANSWERED_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (ExecutionException broken) {
      return false;
    }
  }
}
