package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long one statement of a session may take, on a server whose own limit holds for SELECT only:
 * KILL QUERY, by a second connection of the same account, which needs no privilege. A statement is
 * over only when its watcher is, so that no later one, such as a COMMIT, is met by that.
 */
record StatementLimit(Target target, long connection, Duration limit) {
  private static final Logger LOG = LoggerFactory.getLogger(StatementLimit.class);

  /** What the driver does. */
  @FunctionalInterface
  interface Execution {
    @Nullable Object run() throws Throwable;
  }

  /**
   * Executes it.
   *
   * @param real the session of the statement
   */
  @Nullable Object within(Connection real, Execution statement) throws Throwable {
    CountDownLatch over = new CountDownLatch(1);
    boolean[] asked = {false};
    Thread watcher =
        new Thread(
            () -> {
              if (isTooLong(over)) {
                asked[0] = true;
                end();
              }
            },
            "gatehouse-statement-limit");
    watcher.setDaemon(true);
    watcher.start();
    try {
      return statement.run();
    } finally {
      over.countDown();
      join(watcher);
      if (asked[0]) {
        absorb(real);
      }
    }
  }

  private boolean isTooLong(CountDownLatch over) {
    try {
      return !over.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void end() {
    try (Connection beside = target.connect(JdbcUrlPolicy.properties(target))) {
      Queries.run(beside, "KILL QUERY " + connection);
    } catch (SQLException refused) {
      LOG.warn("a statement that takes too long was not ended: error {}", ErrorCodes.of(refused));
    }
  }

  private static void join(Thread watcher) {
    boolean interrupted = false;
    while (watcher.isAlive()) {
      try {
        watcher.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A statement that ended by itself as it was asked to has left that to the next one. */
  private static void absorb(Connection real) {
    try {
      Queries.run(real, "DO 0");
    } catch (SQLException interrupted) {
      LOG.debug("absorbed error {}", ErrorCodes.of(interrupted));
    }
  }
}
