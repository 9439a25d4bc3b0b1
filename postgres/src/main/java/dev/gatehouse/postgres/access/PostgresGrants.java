package dev.gatehouse.postgres.access;

import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.grant.GrantScript;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.GatehouseSchema;
import dev.gatehouse.postgres.session.PinnedReading;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * GRANT and REVOKE in a transaction.
 *
 * <p>Two sessions that grant on one object meet in its row of the catalogue: the second waits for
 * the first and then fails with "tuple concurrently updated" (XX000). At READ COMMITTED the next
 * statement sees what the first has committed, so going back to a savepoint is enough to begin
 * again.
 */
public final class PostgresGrants implements GrantMethod.InTransaction {
  private static final int ATTEMPTS = 16;
  private static final int PAUSE_MILLIS = 50;
  private static final String SIMULATED_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '3s'";

  @FunctionalInterface
  private interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  @Override
  public GrantOutcome reconcile(Target target, Connection connection, DesiredGrants wishes)
      throws SQLException {
    try (Connection beside = Sessions.beside(target, connection)) {
      return again(
          connection,
          at -> GrantReconciliation.reconcile(at, beside, PostgresGrants::look, wishes));
    }
  }

  @Override
  public GrantOutcome simulate(Target target, DesiredGrants wishes) throws SQLException {
    return rolledBack(target, at -> undone(at, reconcile(target, at, wishes)));
  }

  @Override
  public GrantOutcome execute(
      Target target, Connection connection, List<String> statements, Map<String, Secret> secrets)
      throws SQLException {
    GrantScript script = GrantScript.of(statements, secrets);
    try (Connection beside = Sessions.beside(target, connection)) {
      return again(
          connection,
          at -> WrittenGrants.execute(at, beside, PostgresGrants::look, statements, script));
    }
  }

  @Override
  public GrantOutcome simulate(Target target, List<String> statements, Map<String, Secret> secrets)
      throws SQLException {
    return rolledBack(target, at -> undone(at, execute(target, at, statements, secrets)));
  }

  @Override
  public Reversed reverse(Connection connection, String inverse) throws SQLException {
    return again(connection, at -> GrantInverse.reverse(at, PostgresGrants::look, inverse));
  }

  @Override
  public void keep(Connection connection, String key, String inverse) throws SQLException {
    GatehouseSchema.keep(connection, key, inverse);
  }

  @Override
  public Optional<String> kept(Connection connection, String key) throws SQLException {
    return GatehouseSchema.kept(connection, key);
  }

  private static <T> T look(Connection connection, GrantReconciliation.CatalogQuery<T> look)
      throws SQLException {
    return PinnedReading.of(connection, look::at);
  }

  /**
   * Its undo is tried as well: what somebody else granted may be taken away and not given again.
   */
  private GrantOutcome undone(Connection connection, GrantOutcome outcome) throws SQLException {
    if (outcome.unfulfilled().isEmpty()) {
      try {
        reverse(connection, outcome.inverse());
      } catch (StepFailed failed) {
        List<Finding> findings = failed.findings();
        throw new StepFailed(
            Finding.of("grants.no-undo", "what would be granted and revoked could not be undone")
                .withExpected("an account that can put back each entry of the access control lists")
                .withFound(findings.stream().map(Finding::found).collect(Collectors.joining("\n")))
                .withFix(
                    "have an account do it that may SET ROLE to each grantor; or leave alone what"
                        + " others granted"));
      }
    }
    return outcome;
  }

  private static <T> T rolledBack(Target target, Work<T> work) throws SQLException {
    try (Connection connection = Sessions.writing(target)) {
      connection.setAutoCommit(false);
      try {
        Queries.run(connection, SIMULATED_LOCK_TIMEOUT);
        return work.in(connection);
      } finally {
        connection.rollback();
      }
    }
  }

  private static <T> T again(Connection connection, Work<T> work) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      Savepoint before = connection.setSavepoint();
      try {
        T done = work.in(connection);
        connection.releaseSavepoint(before);
        return done;
      } catch (SQLException e) {
        if (!metAnother(e)) {
          throw e;
        }
        connection.rollback(before);
        connection.releaseSavepoint(before);
        if (attempt == ATTEMPTS) {
          throw contended(e);
        }
        pause(attempt);
      }
    }
  }

  /** By the routine and never by the words: XX000 stands for much else. */
  private static boolean metAnother(SQLException e) {
    return SqlStates.is(e, "40001", "40P01")
        || (SqlStates.is(e, "XX000") && Driver.routine(e).contains("heap_"));
  }

  private static StepFailed contended(SQLException e) {
    StepFailed failed =
        new StepFailed(
            Finding.of("grants.contended", "others grant on the same objects, again and again")
                .withExpected("a moment without them, in " + ATTEMPTS + " attempts")
                .withFound(String.valueOf(e.getMessage()))
                .withFix("wait until they are done, then run it again; nothing was changed"));
    failed.initCause(e);
    return failed;
  }

  /** Longer from time to time: whoever is before us holds the row until its run commits. */
  private static void pause(int attempt) throws SQLException {
    int millis = ThreadLocalRandom.current().nextInt(1, PAUSE_MILLIS * attempt);
    if (!Poll.pause(Duration.ofMillis(millis))) {
      throw new SQLException("interrupted; nothing was done", SqlStates.LOCK_NOT_AVAILABLE);
    }
  }
}
