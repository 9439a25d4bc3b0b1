package dev.gatehouse.core.run;

import java.time.InstantSource;

/**
 * Keeps guards live and repeats interrupts while the run's own thread is busy with an effect. One
 * thread for the length of one effect, gone when it is closed.
 */
final class Watcher implements AutoCloseable {

  private static final long PERIOD_MILLIS = 100;

  private final Thread thread;
  private final Object pace = new Object();
  private boolean closed;

  Watcher(GuardWatch guards, Stop stop, InstantSource clock) {
    thread =
        new Thread(
            () -> {
              while (tick()) {
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

  private boolean tick() {
    synchronized (pace) {
      try {
        if (!closed) {
          pace.wait(PERIOD_MILLIS);
        }
      } catch (InterruptedException e) {
        closed = true;
      }
      return !closed;
    }
  }

  @Override
  public void close() {
    synchronized (pace) {
      closed = true;
      pace.notifyAll();
    }
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
