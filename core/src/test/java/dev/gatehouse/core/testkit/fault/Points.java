package dev.gatehouse.core.testkit.fault;

import dev.gatehouse.core.dialect.Progress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Failpoints: given to {@code Runner.withPoints}, or as {@link #progress} to a piece of work, it
 * writes down each point between two durable actions and makes a fault of one of them.
 *
 * <p>Thread-safe. Run once with {@link #recording} to learn how many points there are, then once
 * for each.
 */
public final class Points implements Consumer<String> {
  private final int nth;
  private final Consumer<String> fault;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);

  private Points(int nth, Consumer<String> fault) {
    this.nth = nth;
    this.fault = fault;
  }

  /** Only writes them down. */
  public static Points recording() {
    return new Points(0, point -> {});
  }

  /**
   * Does that at the n-th point.
   *
   * @param nth counted from 1
   * @param fault told the point's name; may throw
   */
  public static Points at(int nth, Consumer<String> fault) {
    if (nth < 1) {
      throw new IllegalArgumentException("nth is " + nth + ": the first point is 1");
    }
    return new Points(nth, fault);
  }

  /** Throws at the n-th point, as work that fails does. */
  public static Points throwingAt(int nth) {
    return at(
        nth,
        point -> {
          throw new Thrown(point);
        });
  }

  /** Ends this process at the n-th point, as kill -9 does; for processes started to die. */
  public static Points haltingAt(int nth) {
    return at(nth, point -> Runtime.getRuntime().halt(HALTED));
  }

  /** Exit code of a process that {@link #haltingAt} ended. */
  public static final int HALTED = 137;

  /** Blocks the thread at the n-th point until {@link #release}. */
  public static Points blockingAt(int nth) {
    Points[] self = new Points[1];
    self[0] = at(nth, point -> self[0].block());
    return self[0];
  }

  /** What a point threw. */
  public static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Thrown(String point) {
      super("a fault at point " + point);
    }
  }

  @Override
  public void accept(String point) {
    int number;
    synchronized (seen) {
      seen.add(point);
      number = seen.size();
    }
    if (number == nth) {
      arrived.countDown();
      fault.accept(point);
    }
  }

  private void block() {
    try {
      mayGoOn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The points so far, in order. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  /** Whether the n-th point came: a fault that never happened proves nothing. */
  public boolean happened() {
    return arrived.getCount() == 0;
  }

  /**
   * Waits for the n-th point.
   *
   * @return whether it came in that time
   */
  public boolean await(Duration patience) throws InterruptedException {
    return arrived.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Lets what {@link #blockingAt} blocked go on. */
  public void release() {
    mayGoOn.countDown();
  }

  /** The same points for work that is called without a run. */
  public Progress progress() {
    return new Progress() {
      @Override
      public void moved(long bytes, long total) {}

      @Override
      public void reached(String point) {
        accept(point);
      }

      @Override
      public void continuing() {}

      @Override
      public void interruptibleBy(Runnable interrupt) {}
    };
  }
}
