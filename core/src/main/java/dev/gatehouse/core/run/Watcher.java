package dev.gatehouse.core.run;

import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps guards live and repeats interrupts while the run's own thread is busy with an effect. One
 * thread for the length of one effect, gone when it is closed.
 */
final class Watcher implements AutoCloseable {

  private static final long PERIOD_MILLIS = 100;

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;

  Watcher(GuardWatch guards, Stop stop, InstantSource clock) {
    thread =
        new Thread(
            () -> {
              while (goesOn()) {
                stop.interruptIfAsked();
                sample(guards, stop, clock);
              }
            },
            "gatehouse-watch");
    thread.setDaemon(true);
  }

  /**
   * A guard that dies must not leave the effect unguarded: what runs is stopped, the run paused.
   */
  private static void sample(GuardWatch guards, Stop stop, InstantSource clock) {
    try {
      guards.sample(clock.instant());
    } catch (RuntimeException | Error e) {
      stop.ask(
          new Stop.Request(Stop.Mode.PAUSE, "guards", "a guard broke: " + e.getClass().getName()));
    }
  }

  void begin() {
    thread.start();
  }

  private boolean goesOn() {
    try {
      return !over.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Override
  public void close() {
    over.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
