package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A login that nobody waits for longer than for a server that answers: drivers know a deadline for
 * the connection, and none for what comes next, so that a server that stands still keeps them for
 * as long as a statement may take. One that comes too late is closed.
 */
final class Login extends FutureTask<Connection> {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private Login(Callable<Connection> login) {
    super(login);
  }

  /**
   * Waits for it; an interrupt ends the waiting, and stays to be seen.
   *
   * @throws SQLTimeoutException when it takes too long
   */
  static Connection by(Callable<Connection> login) throws SQLException {
    Login under = new Login(login);
    Thread thread = new Thread(under, "gatehouse-login");
    thread.setDaemon(true);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
    try {
      return under.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw under.givenUp("no login within " + LONGEST.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw under.givenUp("interrupted while logging in");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException refused) {
        throw refused;
      }
      if (e.getCause() instanceof RuntimeException broken) {
        throw broken;
      }
      throw new SQLException("the driver broke while logging in", e.getCause());
    }
  }

  private SQLException givenUp(String why) {
    cancel(false);
    return new SQLTimeoutException(why);
  }

  /** What comes when nobody waits any more has no owner. */
  @Override
  protected void set(Connection connection) {
    super.set(connection);
    try {
      if (isCancelled()) {
        connection.close();
      }
    } catch (SQLException gone) {
      // it is nobody's, open or closed
    }
  }
}
