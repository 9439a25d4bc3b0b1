package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where attempts are made and taken back: a session of its own in a transaction that never commits,
 * or a savepoint in the transaction that a run has open.
 *
 * <p>Outside an attempt it is who the run is. Each attempt becomes its role behind a savepoint, and
 * the rollback to that savepoint ends the role together with all else: nothing has to be reset that
 * could be forgotten.
 *
 * <p>One thread at a time.
 */
final class ProbeSession implements AutoCloseable {
  private static final int LOCK_MILLIS = 1_000;
  private static final int STATEMENT_MILLIS = 10_000;

  private static final String BACK =
      "ROLLBACK TO SAVEPOINT gatehouse_%s; RELEASE SAVEPOINT gatehouse_%s";

  private final Connection connection;
  private final boolean own;
  private final String before;
  private final String role;

  /** For all that is asked in it, because the same values are made up again and again. */
  private final MadeUpValues values = new MadeUpValues(this);

  private ProbeSession(Connection connection, boolean own, String before, String role) {
    this.connection = connection;
    this.own = own;
    this.before = before;
    this.role = role;
  }

  /**
   * @throws Refusal when a session of its own leads to another database than the run's
   */
  static ProbeSession open(Target target, Connection seen) throws SQLException {
    if (!seen.getAutoCommit() && !Queries.isTrue(seen, readOnly())) {
      return begun(seen, false);
    }
    return Opened.orClose(
        Sessions.beside(target, seen),
        own -> {
          own.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
          own.setAutoCommit(false);
          return begun(own, true);
        });
  }

  private static String readOnly() {
    return "SELECT current_setting('transaction_read_only') = 'on'";
  }

  private static ProbeSession begun(Connection connection, boolean own) throws SQLException {
    String before = identity(connection);
    String role = Queries.pinned(connection, "SELECT current_setting('role')");
    Queries.run(connection, "SAVEPOINT gatehouse_acting");
    Queries.run(
        connection,
        "SELECT pg_catalog.set_config('lock_timeout', '%d', true),".formatted(LOCK_MILLIS)
            + " pg_catalog.set_config('statement_timeout', '%d', true),".formatted(STATEMENT_MILLIS)
            // What a policy hides from who asks is an error, whatever a script has set.
            + " pg_catalog.set_config('row_security', 'off', true),"
            + " pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)");
    return new ProbeSession(connection, own, before, role);
  }

  private static String identity(Connection connection) throws SQLException {
    return Queries.one(
            connection,
            "SELECT current_user, session_user, current_setting('role'),"
                + " current_setting('row_security'), current_setting('gatehouse.path'),"
                + " current_setting('lock_timeout'), current_setting('statement_timeout')")
        .toString();
  }

  /** As who the run is, within the transaction. */
  Connection admin() {
    return connection;
  }

  /** What columns may hold. */
  MadeUpValues values() {
    return values;
  }

  /** What is done as somebody and taken back. */
  @FunctionalInterface
  interface Attempt {
    Answer make() throws SQLException;
  }

  /**
   * Becomes the role, with the settings, and makes the attempt.
   *
   * @param settings names and values by turns, set as the role
   * @return how it ended; an error of the attempt is typed, one of becoming the role is a Refusal
   */
  Answer as(String role, List<String> settings, Attempt attempt) throws SQLException {
    return as(role, settings, Set.of(role + "/off/on"), attempt);
  }

  /** The same as the owner of something that runs as its owner, who may be a superuser. */
  Answer asOwner(String owner, List<String> settings, Attempt attempt) throws SQLException {
    return as(owner, settings, Set.of(owner + "/off/on", owner + "/on/on"), attempt);
  }

  private Answer as(String role, List<String> settings, Set<String> proofs, Attempt attempt)
      throws SQLException {
    try {
      try {
        become(role, settings, proofs);
      } catch (SQLException e) {
        throw notAssumed(role, e);
      }
      return attempt.make();
    } catch (SQLException e) {
      return Denials.typed(e);
    } finally {
      Queries.run(connection, BACK.formatted("probe", "probe"));
    }
  }

  /**
   * Within an attempt: what has come of it, as who the run is, who the attempt then stays.
   *
   * @param question for one value
   */
  String lookedAt(String question) throws SQLException {
    return last(
        "SELECT pg_catalog.set_config('role', ?, true),"
            + " pg_catalog.set_config('row_security', 'off', true),"
            + " pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true); "
            + question,
        List.of(role));
  }

  /** Something as who the run is, taken back too. */
  <T> T takenBack(Asked<T> asked) throws SQLException {
    Queries.run(connection, "SAVEPOINT gatehouse_world");
    try {
      return asked.of();
    } finally {
      Queries.run(connection, BACK.formatted("world", "world"));
    }
  }

  /** What is asked of a world that is taken back. */
  @FunctionalInterface
  interface Asked<T> {
    T of() throws SQLException;
  }

  /**
   * In one round trip, because there are many: savepoint, role, settings as the role, proof. What a
   * query without rows yields is computed from left to right; else the proof fails.
   */
  private void become(String role, List<String> settings, Set<String> proofs) throws SQLException {
    List<String> binds = new ArrayList<>(List.of(role));
    binds.addAll(settings);
    String who =
        last(
            "SAVEPOINT gatehouse_probe; SELECT pg_catalog.set_config('row_security', 'on', true),"
                + " pg_catalog.set_config('role', ?, true),"
                + " pg_catalog.set_config(?, ?, true),".repeat(settings.size() / 2)
                + " pg_catalog.concat_ws('/', current_user,"
                + " pg_catalog.current_setting('is_superuser'),"
                + " pg_catalog.current_setting('row_security'))",
            binds);
    if (!proofs.contains(who)) {
      throw new Refusal(
          Finding.of("probe.not-the-role", "the session did not become '" + role + "'")
              .withExpected(role + ", no superuser, under row security")
              .withFound(who)
              .withFix("act as a role that is no superuser"));
    }
  }

  /** The last value of the last row of the last answer to several statements. */
  private String last(String sql, List<String> binds) throws SQLException {
    String last = "";
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < binds.size(); i++) {
        statement.setString(i + 1, binds.get(i));
      }
      boolean isResult = statement.execute();
      while (isResult || statement.getUpdateCount() >= 0) {
        if (isResult) {
          try (var rows = statement.getResultSet()) {
            int column = rows.getMetaData().getColumnCount();
            last = rows.next() ? String.valueOf(rows.getString(column)) : "";
          }
        }
        isResult = statement.getMoreResults();
      }
    }
    return last;
  }

  private static Refusal notAssumed(String role, SQLException e) {
    return new Refusal(
        Finding.of("probe.role-not-assumed", "this account may not act as '" + role + "'")
            .withExpected("a member of " + role + ", or a superuser")
            .withFound("SQLSTATE " + SqlStates.of(e) + ": " + e.getMessage())
            .withFix(
                "GRANT "
                    + SqlNames.quoted(role)
                    + " TO <the account of the target>; until then nothing is known of it"),
        e);
  }

  @Override
  public void close() throws SQLException {
    try {
      Queries.run(connection, "ROLLBACK TO SAVEPOINT gatehouse_acting");
      Queries.run(connection, "RELEASE SAVEPOINT gatehouse_acting");
      String now = identity(connection);
      if (!now.equals(before)) {
        throw new SQLException(
            "the session is not what it was before acting as a role: " + now,
            SqlStates.OBJECT_NOT_IN_PREREQUISITE_STATE);
      }
    } finally {
      if (own) {
        try {
          connection.rollback();
        } finally {
          connection.close();
        }
      }
    }
  }
}
