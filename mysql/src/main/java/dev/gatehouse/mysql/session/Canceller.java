package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops what a session is executing: KILL QUERY, by a second connection of the same account, which
 * needs no privilege. Where that does not arrive in time the socket is closed, because nobody may
 * wait for a dead network.
 *
 * <p>Never waits by itself, and may be called again and again: one attempt at a time is under way.
 */
public final class Canceller implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Canceller.class);
  private static final long ASKED_MILLIS = 1_200;

  private final SessionConnection session;
  private final AtomicBoolean underWay = new AtomicBoolean();

  private Canceller(SessionConnection session) {
    this.session = session;
  }

  public static Runnable of(Connection connection) throws SQLException {
    return new Canceller(SessionConnection.of(connection));
  }

  @Override
  public void run() {
    if (underWay.compareAndSet(false, true)) {
      thread(this::attempt);
    }
  }

  private void attempt() {
    try {
      if (!session.real().isClosed() && !askedInTime()) {
        LOG.warn("the server does not answer: the connection is closed");
        session.real().abort(Runnable::run);
      }
    } catch (SQLException gone) {
      LOG.debug("nothing to cancel, SQL state {}", gone.getSQLState());
    } finally {
      underWay.set(false);
    }
  }

  private boolean askedInTime() {
    CountDownLatch asked = new CountDownLatch(1);
    thread(
        () -> {
          Target target = session.target();
          try (Connection beside = target.connect(JdbcUrlPolicy.properties(target))) {
            Queries.run(beside, "KILL QUERY " + session.session().connection());
            asked.countDown();
          } catch (SQLException refused) {
            if (ErrorCodes.is(refused, ErrorCodes.UNKNOWN_THREAD)) {
              asked.countDown();
            }
            LOG.debug("cancelling failed with code {}", refused.getErrorCode());
          }
        });
    try {
      return asked.await(ASKED_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "gatehouse-cancel");
    thread.setDaemon(true);
    thread.start();
  }
}
