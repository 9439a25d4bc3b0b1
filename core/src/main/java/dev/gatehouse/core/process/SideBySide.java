package dev.gatehouse.core.process;

import dev.gatehouse.core.dialect.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of work at the same time: one on the caller's thread, which alone talks to the run, each
 * of the others on a thread of its own. When one fails or the run is told to stop, the others are
 * interrupted, and of several failures the first is the one that is told.
 *
 * @since 0.1
 */
public final class SideBySide {
  private static final long POLL_MILLIS = 100;

  /** How long what was interrupted may take to end: what it waits for itself takes less. */
  private static final long END_MILLIS = 1_800;

  /** One piece. */
  @FunctionalInterface
  public interface Work<T> {
    T go(Progress progress) throws Exception;
  }

  /** What the pieces came to; those beside in the order they were given. */
  public record Result<A, B>(A here, List<B> beside) {}

  private final Progress run;
  private final Side here = new Here();
  private final List<Side> beside = new ArrayList<>();
  private final AtomicReference<@Nullable Exception> first = new AtomicReference<>();

  private SideBySide(Progress run, int besides) {
    this.run = run;
    for (int i = 0; i < besides; i++) {
      beside.add(new Side());
    }
  }

  /** Does all of it; returns when all have ended. */
  public static <A, B> Result<A, B> run(Progress run, Work<A> here, List<Work<B>> beside)
      throws Exception {
    SideBySide pieces = new SideBySide(run, beside.size());
    run.interruptibleBy(pieces::stop);
    try {
      return pieces.all(here, beside);
    } finally {
      run.interruptibleBy(() -> {});
    }
  }

  private <A, B> Result<A, B> all(Work<A> work, List<Work<B>> others) throws Exception {
    List<FutureTask<B>> tasks = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    boolean done = false;
    try {
      for (int i = 0; i < others.size(); i++) {
        Side side = beside.get(i);
        Work<B> other = others.get(i);
        tasks.add(new FutureTask<>(() -> besideOf(other, side)));
        threads.add(new Thread(tasks.get(i), "gatehouse-beside"));
        threads.get(i).setDaemon(true);
        threads.get(i).start();
      }
      A own = work.go(here);
      List<B> results = new ArrayList<>();
      for (FutureTask<B> task : tasks) {
        results.add(await(task));
      }
      done = true;
      return new Result<>(own, results);
    } catch (Exception e) {
      Exception cause = first.compareAndSet(null, e) ? e : first.get();
      throw cause == null ? e : cause;
    } finally {
      if (!done) {
        end(threads);
      }
    }
  }

  private <B> B besideOf(Work<B> work, Side side) throws Exception {
    try {
      return work.go(side);
    } catch (Exception e) {
      // What fails because it was interrupted is no cause of anything.
      if (!side.stopped()) {
        first.compareAndSet(null, e);
      }
      throw e;
    } finally {
      side.interruptibleBy(() -> {});
      if (first.get() != null) {
        stop();
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
    beside.forEach(Side::stop);
  }

  /** An interrupt may come between two statements and meet nothing, so it is sent again. */
  private void end(List<Thread> threads) {
    boolean interrupted = Thread.interrupted();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    for (Thread thread : threads) {
      while (thread.isAlive() && System.nanoTime() < deadline) {
        beside.forEach(Side::stop);
        try {
          thread.join(POLL_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What one of them is told: to stop, and nothing else. */
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
