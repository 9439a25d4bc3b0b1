package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens sessions whose settings are known, whatever the account, the database or a pool says.
 *
 * <p>The search_path alone is left to the account, because the names in people's own SQL mean what
 * they mean in any other session of that account. Until it is handed out, a session has none: the
 * first statement takes it away.
 */
public final class Sessions {
  /** How long a statement of ours may queue for a lock, and others behind it. */
  private static final long LOCK_TIMEOUT_MILLIS = 10_000;

  private static final String PIN =
      "SELECT pg_catalog.current_setting('search_path'),"
          + " pg_catalog.set_config('search_path', '', false)";

  /**
   * What the account has set tighter stays; 0 is no limit. The server tells a time with its unit,
   * as an interval is written; pg_settings has it in milliseconds, but makes all its rows for one.
   */
  private static final String TIGHTER =
      "set_config('%1$s', CASE WHEN current_setting('%1$s')::interval"
          + " BETWEEN interval '1 ms' AND interval '%2$d ms' THEN current_setting('%1$s')"
          + " ELSE '%2$d' END, false)";

  private Sessions() {}

  /** A session for effects, in autocommit, with the account's search_path. */
  public static Connection writing(Target target) throws SQLException {
    return opened(target, Sessions::handOut);
  }

  /** A session of Gatehouse's own, in autocommit, without a search_path. */
  public static Connection own(Target target) throws SQLException {
    return opened(target, (connection, path) -> connection);
  }

  /**
   * Another such session beside one that is open.
   *
   * @throws Refusal when it leads to another database than that one
   */
  public static Connection beside(Target target, Connection seen) throws SQLException {
    return Opened.orClose(
        own(target),
        own -> {
          requireSame(target, seen, own);
          return own;
        });
  }

  /**
   * Refuses a second session that leads elsewhere.
   *
   * @throws Refusal when they lead to two databases
   */
  public static void requireSame(Target target, Connection seen, Connection other)
      throws SQLException {
    Fingerprint here = Products.identify(seen);
    Fingerprint there = Products.identify(other);
    if (!there.sameDatabase(here)) {
      throw new Refusal(
          Finding.of("target.other", "'" + target + "' led to two databases at once")
              .withExpected(here.identity())
              .withFound(there.identity())
              .withFix("give the target an address of one server"));
    }
  }

  /** A connection as the server gives it to that account: whether it does is what is asked. */
  public static Connection login(Target target) throws SQLException {
    JdbcUrlPolicy.refuseHarmful(target);
    return target.connect(JdbcUrlPolicy.properties());
  }

  /** A session that cannot write, in one transaction that cannot be left. */
  public static Connection reading(Target target) throws SQLException {
    return opened(
        target,
        (connection, path) -> {
          handOut(connection, path);
          Driver.keepTransactionOnErrors(connection);
          connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
          connection.setReadOnly(true);
          connection.setAutoCommit(false);
          // With its first snapshot a transaction loses the right to become one that writes.
          Queries.run(connection, "SELECT pg_catalog.pg_current_snapshot()");
          return ReadingConnection.around(connection);
        });
  }

  /** Search path and role of a session that was handed out, as the account has them. */
  static String names(String path, String role) {
    return (path.isEmpty() ? "\"\"" : path) + "\n" + role;
  }

  /**
   * Gives a session the search path and the role that the plan was made with: ALTER ROLE or ALTER
   * DATABASE ... SET has changed what new sessions begin with.
   */
  public static void asPlanned(Connection connection, String names) throws SQLException {
    String[] planned = names.split("\n", 2);
    if (planned.length == 2) {
      try (var statement =
          connection.prepareStatement(
              "SELECT pg_catalog.set_config('role', ?, false),"
                  + " pg_catalog.set_config('search_path', ?, false)")) {
        statement.setString(1, planned[1]);
        statement.setString(2, planned[0]);
        statement.execute();
      }
    }
  }

  @FunctionalInterface
  private interface Preparation {
    Connection prepare(Connection connection, String path) throws SQLException;
  }

  private static Connection handOut(Connection connection, String path) throws SQLException {
    Queries.pinned(
        connection,
        "SELECT set_config('search_path', set_config('gatehouse.account_path', ?, false), false)",
        path);
    return connection;
  }

  private static Connection opened(Target target, Preparation preparation) throws SQLException {
    JdbcUrlPolicy.refuseHarmful(target);
    Connection ours =
        Opened.orClose(target.connect(JdbcUrlPolicy.properties()), told -> ours(target, told));
    return Opened.orClose(
        ours,
        connection -> {
          connection.setAutoCommit(true);
          List<String> pinned = firstRow(connection);
          applySettings(connection);
          PoolerDetection.refuseStrangers(target, connection);
          return preparation.prepare(connection, pinned.get(0));
        });
  }

  private static Connection ours(Target target, Connection connection) throws SQLException {
    Products.refuseOthers(connection);
    Driver.refuseOthers(connection);
    // From here on it is no longer as its pool lent it, however opening it ends.
    return target.isPooled() ? Driver.ending(connection, target) : connection;
  }

  private static List<String> firstRow(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(PIN)) {
      rows.next();
      return List.of(Optional.ofNullable(rows.getString(1)).orElse(""));
    }
  }

  private static void applySettings(Connection connection) throws SQLException {
    if (connection.getNetworkTimeout() == 0) {
      connection.setNetworkTimeout(Runnable::run, JdbcUrlPolicy.DEADLINE_SECONDS * 1_000);
    }
    long deadline = connection.getNetworkTimeout() * 9L / 10;
    List<String> settings = new ArrayList<>();
    for (String setting :
        List.of(
            "application_name=gatehouse",
            "TimeZone=UTC",
            // What a policy hides is an error, and not fewer rows.
            "row_security=off",
            "standard_conforming_strings=on",
            "idle_session_timeout=0",
            "default_transaction_read_only=off",
            "default_transaction_deferrable=off",
            // A session that waited for the latch must see what its holder committed.
            "default_transaction_isolation=read committed",
            // A runner that is gone without a word is noticed in half a minute.
            "tcp_keepalives_idle=10",
            "tcp_keepalives_interval=5",
            "tcp_keepalives_count=4")) {
      String[] pair = setting.split("=", 2);
      settings.add("set_config('%s', '%s', false)".formatted(pair[0], pair[1]));
    }
    settings.add(
        "set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit')"
            + " IN ('off', 'local', 'remote_write') THEN 'on'"
            + " ELSE current_setting('synchronous_commit') END, false)");
    settings.add(TIGHTER.formatted("lock_timeout", LOCK_TIMEOUT_MILLIS));
    settings.add(TIGHTER.formatted("statement_timeout", deadline));
    Queries.run(connection, "SELECT " + String.join(", ", settings));
    noticeDeadClients(connection);
  }

  /** Or a statement goes on for as long as it takes after its client died. */
  private static void noticeDeadClients(Connection connection) throws SQLException {
    try {
      Queries.run(connection, "SET client_connection_check_interval = 500");
    } catch (SQLException e) {
      if (!SqlStates.of(e).startsWith("22")) {
        throw e;
      }
    }
  }
}
