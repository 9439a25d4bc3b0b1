package dev.gatehouse.postgres.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops what a session is executing. The server is asked first; where it does not take the
 * question, or its answer does not arrive, the socket is closed, because nobody may wait for a dead
 * network.
 *
 * <p>Never waits by itself, and may be called again and again: one attempt at a time is under way.
 */
public final class Canceller implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Canceller.class);
  private static final long ASKED_MILLIS = 900;
  private static final long ANSWERED_MILLIS = 600;

  private final Connection connection;
  private final AtomicBoolean underWay = new AtomicBoolean();

  private Canceller(Connection connection) {
    this.connection = connection;
  }

  public static Runnable of(Connection connection) throws SQLException {
    return new Canceller(Driver.own(connection));
  }

  /** What may throw and may never return. */
  @FunctionalInterface
  private interface Talk {
    void talk(Connection connection) throws SQLException;
  }

  @Override
  public void run() {
    if (underWay.compareAndSet(false, true)) {
      thread(this::attempt);
    }
  }

  private void attempt() {
    try {
      if (!connection.isClosed()
          && !(endsWithin(Driver::cancel, ASKED_MILLIS)
              && endsWithin(Driver::passThrough, ANSWERED_MILLIS))) {
        LOG.warn("the server does not answer: the connection is closed");
        connection.abort(Runnable::run);
      }
    } catch (SQLException gone) {
      LOG.debug("nothing to cancel, SQL state {}", gone.getSQLState());
    } finally {
      underWay.set(false);
    }
  }

  private boolean endsWithin(Talk talk, long millis) {
    CountDownLatch ended = new CountDownLatch(1);
    thread(
        () -> {
          try {
            talk.talk(connection);
            ended.countDown();
          } catch (SQLException refused) {
            LOG.debug("cancelling failed with SQL state {}", refused.getSQLState());
            if (isClosed()) {
              ended.countDown();
            }
          }
        });
    try {
      return ended.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private boolean isClosed() {
    try {
      return connection.isClosed();
    } catch (SQLException gone) {
      return true;
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "gatehouse-cancel");
    thread.setDaemon(true);
    thread.start();
  }
}
