package dev.gatehouse.core.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that goes on in a thread of its own, and how it ended. */
final class Beside {

  /** May throw anything. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  private final FutureTask<Optional<Throwable>> task;

  private Beside(Callable<Optional<Throwable>> work) {
    task = new FutureTask<>(work);
    Thread thread = new Thread(task, "beside");
    thread.setDaemon(true);
    thread.start();
  }

  static Beside start(Work work) {
    return new Beside(
        () -> {
          try {
            work.run();
            return Optional.empty();
          } catch (Throwable e) {
            return Optional.of(e);
          }
        });
  }

  /** Whether it ends within that time. */
  boolean endsWithin(Duration patience) throws InterruptedException {
    try {
      task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What it threw.
   *
   * @throws AssertionError when it does not end within that time
   */
  Optional<Throwable> end(String what, Duration patience) throws InterruptedException {
    if (!endsWithin(patience)) {
      throw new AssertionError(what + " has not ended after " + patience);
    }
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
