package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener beside the run, in order, with a record of its own: one that throws changes
 * nothing, and one that is slow keeps the run waiting once, for a moment, and never again. A thread
 * only while there is something to tell.
 */
final class Aside implements RunListener, AutoCloseable {

  /** By the public name: it is what people set a level for. */
  private static final Logger LOG = LoggerFactory.getLogger("dev.gatehouse.core.run.Run");

  private static final long GRACE_MILLIS = 500;
  private static final int MOST_TO_TELL = 10_000;

  private final RunListener listener;
  private final RunRecord record;
  private final ThreadPoolExecutor teller =
      new ThreadPoolExecutor(
          1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_TO_TELL), Aside::daemon);
  private boolean late;
  private boolean lost;
  private boolean broken;

  /**
   * @param told records that the listener knows already
   */
  Aside(RunListener listener, List<Entry> told) {
    this.listener = listener;
    this.record = RunRecord.of(told).orElseThrow();
    teller.allowCoreThreadTimeOut(true);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "gatehouse-listener");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void journaling(Path journal) {
    tell(() -> listener.journaling(journal));
  }

  @Override
  public void recorded(Entry entry, RunRecord run) {
    tell(
        () -> {
          record.add(entry);
          listener.recorded(entry, record);
        });
  }

  @Override
  public void moved(String step, long bytes, long total) {
    if (!late || teller.getQueue().isEmpty()) {
      tell(() -> listener.moved(step, bytes, total));
    }
  }

  private void tell(Runnable what) {
    CountDownLatch told = new CountDownLatch(1);
    try {
      teller.execute(
          () -> {
            try {
              what.run();
            } catch (RuntimeException | Error e) {
              threw(e);
            } finally {
              told.countDown();
            }
          });
    } catch (RejectedExecutionException e) {
      if (!lost) {
        lost = true;
        LOG.warn("the listener of run {} is told no more: it is too far behind", record.run());
      }
      return;
    }
    await(told);
  }

  /** Whoever keeps up is told before the run goes on; whoever was late once is told some time. */
  private void await(CountDownLatch told) {
    boolean interrupted = Thread.interrupted();
    try {
      if (!late && !told.await(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        late = true;
        LOG.warn("the listener of run {} is slow; the run does not wait for it", record.run());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void threw(Throwable e) {
    if (!broken) {
      broken = true;
      LOG.warn("the listener of run {} threw, which changes nothing", record.run(), e);
    }
  }

  @Override
  public void close() {
    teller.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!teller.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("the listener of run {} is not told all: it is slow", record.run());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
