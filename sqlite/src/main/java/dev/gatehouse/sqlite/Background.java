package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Bug;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One statement on a thread of its own. Closing it stops the statement and waits for its end. */
final class Background implements AutoCloseable {
  private static final long POLL_MILLIS = 1;

  private final Runnable canceller;
  private @Nullable FutureTask<Boolean> task;

  private Background(Runnable canceller) {
    this.canceller = canceller;
  }

  static Background begin(Runnable canceller) {
    return new Background(canceller);
  }

  void run(Callable<Boolean> work) {
    FutureTask<Boolean> started = new FutureTask<>(work);
    task = started;
    Thread thread = new Thread(started, "gatehouse-copy");
    thread.setDaemon(true);
    thread.start();
  }

  /** Until that is so, or the work has ended. */
  void waitUntil(Callable<Boolean> soFar) throws Exception {
    boolean ended = false;
    while (!ended && !soFar.call()) {
      ended = endedWithin(POLL_MILLIS);
    }
  }

  /** The end of the work; its failure is thrown here. */
  void finish(Progress progress) throws Exception {
    while (!endedWithin(20)) {
      progress.continuing();
    }
    try {
      started().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  @Override
  public void close() {
    boolean interrupted = false;
    while (task != null && !task.isDone()) {
      canceller.run();
      try {
        endedWithin(10);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean endedWithin(long millis) throws InterruptedException {
    try {
      started().get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  private FutureTask<Boolean> started() {
    if (task == null) {
      throw new Bug("nothing was started");
    }
    return task;
  }
}
