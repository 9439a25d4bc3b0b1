package dev.gatehouse.core.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps guards live, repeats interrupts and gives signs of life while the run's own thread is busy
 * with an effect. Threads for the length of one effect, gone when it is closed.
 */
final class Watcher implements AutoCloseable {

  private static final long PERIOD_MILLIS = 100;

  /** From one sign of life to the next. */
  static final long BEAT_MILLIS = 1_000;

  private final CountDownLatch over = new CountDownLatch(1);
  private final CountDownLatch deaf = new CountDownLatch(1);
  private final RunContext run;
  private final Thread thread;
  private final Thread ears;
  private volatile boolean stopsWithoutLease;

  Watcher(RunContext run) {
    this.run = run;
    // a thread of its own: a guard may keep the other one waiting
    Thread heart = daemon("gatehouse-heartbeat", this::beat);
    ears = daemon("gatehouse-letters", this::hear);
    thread =
        daemon(
            "gatehouse-watch",
            () -> {
              boolean goesOn = goesOn(over, PERIOD_MILLIS);
              if (goesOn) {
                heart.start();
                ears.start();
              }
              while (goesOn) {
                run.stop().interruptIfAsked();
                sample();
                goesOn = goesOn(over, PERIOD_MILLIS);
              }
            });
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Without a lease nothing may have an effect, and no server stops this one: it is interrupted and
   * the run paused.
   */
  void stopWithoutLease() {
    stopsWithoutLease = true;
  }

  private void hear() {
    Hearing hearing = run.hearing();
    do {
      hearing.hearStops();
      run.stop().interruptIfAsked();
    } while (goesOn(deaf, PERIOD_MILLIS));
  }

  private void beat() {
    boolean held = true;
    while (held && goesOn(over, BEAT_MILLIS)) {
      held = run.lease().beat();
    }
    if (!held && stopsWithoutLease) {
      run.stop().ask(new Stop.Request(Stop.Mode.PAUSE, "lease", "the lease of the target is lost"));
    }
  }

  /**
   * A guard that dies must not leave the effect unguarded: what runs is stopped, the run paused.
   */
  private void sample() {
    try {
      run.guards().sample(run.clock().instant());
    } catch (RuntimeException | Error e) {
      run.stop()
          .ask(
              new Stop.Request(
                  Stop.Mode.PAUSE, "guards", "a guard broke: " + e.getClass().getName()));
    }
  }

  void begin() {
    thread.start();
  }

  private static boolean goesOn(CountDownLatch end, long millis) {
    try {
      return !end.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** As long as a guard does not answer, stops are heard, and get it out of there. */
  @Override
  public void close() {
    over.countDown();
    boolean interrupted = false;
    while (thread.isAlive() || ears.isAlive()) {
      try {
        thread.join(PERIOD_MILLIS);
        if (!thread.isAlive()) {
          deaf.countDown();
          ears.join();
        } else if (run.stop().pending().isPresent()) {
          thread.interrupt();
          run.guards().interrupt();
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
