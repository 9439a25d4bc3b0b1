package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.PoolRoom;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Finds out whether a connection stays with one session of the server. Behind a pooler that lends
 * sessions for a transaction at a time, settings, latches and leases would belong to whoever comes
 * next.
 */
final class PoolerDetection {
  /** How long the pooler has to lend a second session, in milliseconds. */
  private static final int PATIENCE = 5_000;

  private PoolerDetection() {}

  /**
   * Looks closer only where the process that was named at login is not the one that answers: then
   * somebody stands between.
   */
  static void refuseStrangers(Target target, Connection connection) throws SQLException {
    SessionId session = SessionId.of(connection);
    if (session.pid() != Driver.pidToldAtLogin(connection)) {
      prove(target, connection);
    }
    OwnSessions.add(connection, session);
  }

  /**
   * Leaves a word in the session, keeps whatever session is free busy with a transaction, and looks
   * whether the word is still there. A pooler may hand out the same session twice by luck; it
   * cannot while another client is in a transaction on it.
   */
  static void prove(Target target, Connection connection) throws SQLException {
    String word = UUID.randomUUID().toString();
    int deadline = connection.getNetworkTimeout();
    Queries.pinned(connection, "SELECT set_config('gatehouse.word', ?, false)", word);
    try (Connection other = other(target)) {
      other.setNetworkTimeout(Runnable::run, PATIENCE);
      connection.setNetworkTimeout(Runnable::run, PATIENCE);
      other.setAutoCommit(false);
      Queries.pinned(other, "SELECT pg_backend_pid()");
      String found =
          Queries.pinned(
              connection, "SELECT coalesce(current_setting('gatehouse.word', true), '')");
      other.rollback();
      if (!found.equals(word)) {
        throw pooled("what a session was told is gone while another client is in a transaction");
      }
    } catch (SQLException e) {
      Refusal refusal = pooled("no answer while another client is in a transaction");
      refusal.addSuppressed(e);
      throw refusal;
    }
    connection.setNetworkTimeout(Runnable::run, deadline);
  }

  private static Connection other(Target target) throws SQLException {
    try {
      return target.connect(JdbcUrlPolicy.properties());
    } catch (SQLException e) {
      if (target.isPooled()) {
        throw PoolRoom.tooSmall(target, 1, 2, e);
      }
      throw e;
    }
  }

  private static Refusal pooled(String found) {
    return new Refusal(
        Finding.of("postgres.pooler", "the connection does not stay with one session of the server")
            .withExpected("one session for the whole connection: latches and leases live in it")
            .withFound(found)
            .withFix(
                "connect to the server itself, or to a pool with pool_mode=session and room for"
                    + " four sessions"));
  }
}
