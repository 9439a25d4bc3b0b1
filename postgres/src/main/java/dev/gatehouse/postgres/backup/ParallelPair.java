package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Progress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Two pieces of work at the same time: one on the caller's thread, which alone talks to the run,
 * the other on a thread of its own. When one fails or the run is told to stop, the other is
 * interrupted, and of two failures the first is the one that is told.
 */
final class ParallelPair {
  private static final long POLL_MILLIS = 100;

  /** How long what was interrupted may take to end: what it waits for itself takes less. */
  private static final long END_MILLIS = 1_800;

  /** One of the two. */
  @FunctionalInterface
  interface Work<T> {
    T go(Progress progress) throws Exception;
  }

  /** What the two came to. */
  record Result<A, B>(A here, B beside) {}

  private final Progress run;
  private final Side here = new Here();
  private final Side beside = new Side();
  private final AtomicReference<@Nullable Exception> first = new AtomicReference<>();

  private ParallelPair(Progress run) {
    this.run = run;
  }

  /** Does both; returns when both have ended. */
  static <A, B> Result<A, B> run(Progress run, Work<A> here, Work<B> beside) throws Exception {
    ParallelPair pair = new ParallelPair(run);
    run.interruptibleBy(pair::stop);
    try {
      return pair.both(here, beside);
    } finally {
      run.interruptibleBy(() -> {});
    }
  }

  private <A, B> Result<A, B> both(Work<A> work, Work<B> other) throws Exception {
    FutureTask<B> task = new FutureTask<>(() -> besideOf(other));
    Thread thread = new Thread(task, "gatehouse-beside");
    thread.setDaemon(true);
    thread.start();
    boolean done = false;
    try {
      Result<A, B> both = new Result<>(work.go(here), await(task));
      done = true;
      return both;
    } catch (Exception e) {
      Exception cause = first.compareAndSet(null, e) ? e : first.get();
      throw cause == null ? e : cause;
    } finally {
      if (!done) {
        end(thread);
      }
    }
  }

  private <B> B besideOf(Work<B> work) throws Exception {
    try {
      return work.go(beside);
    } catch (Exception e) {
      // What fails because it was interrupted is no cause of anything.
      if (!beside.stopped()) {
        first.compareAndSet(null, e);
      }
      throw e;
    } finally {
      beside.interruptibleBy(() -> {});
      if (first.get() != null) {
        here.stop();
      }
    }
  }

  private <B> B await(FutureTask<B> task) throws Exception {
    while (true) {
      try {
        return task.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException stillAtIt) {
        run.continuing();
      } catch (ExecutionException e) {
        run.continuing();
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }

  private void stop() {
    here.stop();
    beside.stop();
  }

  /** An interrupt may come between two statements and meet nothing, so it is sent again. */
  private void end(Thread thread) {
    boolean interrupted = Thread.interrupted();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    while (thread.isAlive() && System.nanoTime() < deadline) {
      beside.stop();
      try {
        thread.join(POLL_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What one of the two is told: to stop, and nothing else. */
  private static class Side implements Progress {
    private Runnable interrupt = () -> {};
    private boolean stopped;

    synchronized void stop() {
      stopped = true;
      interrupt.run();
    }

    synchronized boolean stopped() {
      return stopped;
    }

    @Override
    public synchronized void interruptibleBy(Runnable how) {
      interrupt = how;
      if (stopped) {
        how.run();
      }
    }

    @Override
    public void continuing() {
      if (stopped()) {
        throw new Stopped();
      }
    }

    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void reached(String point) {}
  }

  /** The side of the caller's thread tells the run how it goes on. */
  private final class Here extends Side {
    @Override
    public void moved(long bytes, long total) {
      run.moved(bytes, total);
    }

    @Override
    public void reached(String point) {
      run.reached(point);
    }

    @Override
    public void continuing() {
      run.continuing();
      super.continuing();
    }
  }

  /** Ends work that another failure has ended; nobody is shown this one. */
  private static final class Stopped extends RuntimeException {
    Stopped() {
      super("stopped, because what goes on beside it failed", null, false, false);
    }
  }
}
