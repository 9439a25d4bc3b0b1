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
                guards.sample(clock.instant());
              }
            },
            "gatehouse-watch");
    thread.setDaemon(true);
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
