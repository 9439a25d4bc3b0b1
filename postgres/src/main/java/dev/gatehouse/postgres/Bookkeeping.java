package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The schema gatehouse: who holds the lease, and which transactions committed. */
final class Bookkeeping {
  static final String SCHEMA = "gatehouse";

  private static final List<String> MAKE =
      List.of(
          "CREATE SCHEMA IF NOT EXISTS gatehouse",
          "CREATE TABLE IF NOT EXISTS gatehouse.lease (one boolean PRIMARY KEY CHECK (one),"
              + " epoch bigint NOT NULL, holder text NOT NULL, since timestamptz NOT NULL,"
              + " pid integer NOT NULL)",
          "CREATE TABLE IF NOT EXISTS gatehouse.marker (key text PRIMARY KEY, run text NOT NULL,"
              + " step text NOT NULL, plan text NOT NULL, head text NOT NULL,"
              + " at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp())");

  private static final String READY =
      "SELECT to_regclass('gatehouse.lease') IS NOT NULL"
          + " AND to_regclass('gatehouse.marker') IS NOT NULL";

  /** Who owns a schema may put triggers on its tables, which run with our rights. */
  private static final String TRUSTED_OWNER =
      "SELECT n.nspowner::regrole::text, pg_has_role(n.nspowner, 'MEMBER') OR r.rolsuper"
          + " OR n.nspowner = (SELECT datdba FROM pg_database"
          + " WHERE datname = current_database())"
          + " FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner"
          + " WHERE n.nspname = 'gatehouse'";

  private Bookkeeping() {}

  static boolean isReady(Connection connection) throws SQLException {
    return Ask.isTrue(connection, READY);
  }

  /** Makes schema and tables where they are missing. */
  static void ensure(Connection connection) throws SQLException {
    refuseForeignOwner(connection);
    if (isReady(connection)) {
      return;
    }
    try {
      for (String statement : MAKE) {
        Ask.run(connection, statement);
      }
    } catch (SQLException e) {
      if (SqlStates.is(e, SqlStates.INSUFFICIENT_PRIVILEGE)) {
        throw missing(connection, e);
      }
      throw e;
    }
  }

  private static void refuseForeignOwner(Connection connection) throws SQLException {
    Optional<List<String>> owner = Ask.row(connection, TRUSTED_OWNER);
    if (owner.isPresent() && !owner.get().get(1).equals("t")) {
      throw new Refusal(
          Finding.of("postgres.foreign-schema", "schema gatehouse belongs to somebody else")
              .withExpected(
                  "an owner this account is a member of, the owner of the database, or a superuser")
              .withFound("owner " + owner.get().get(0))
              .withFix(
                  "find out who made it; then: ALTER SCHEMA gatehouse OWNER TO <owner of the"
                      + " database>"));
    }
  }

  private static Refusal missing(Connection connection, SQLException cause) throws SQLException {
    String account = "the account";
    String database = "the database";
    if (connection.getAutoCommit()) {
      List<String> names =
          Ask.row(connection, "SELECT quote_ident(current_user), quote_ident(current_database())")
              .orElseThrow();
      account = names.get(0);
      database = names.get(1);
    }
    return new Refusal(
        Finding.of("postgres.no-schema", "schema gatehouse is missing and may not be created")
            .withExpected("CREATE on " + database + ", or the schema made by somebody who has it")
            .withFound("permission denied for " + account)
            .withFix("CREATE SCHEMA gatehouse AUTHORIZATION " + account),
        cause);
  }

  static void write(Connection connection, Marker marker) throws SQLException {
    Ask.rows(
        connection,
        "INSERT INTO gatehouse.marker (key, run, step, plan, head) VALUES (?, ?, ?, ?, ?)",
        marker.key(),
        marker.run(),
        marker.step(),
        marker.plan(),
        marker.head());
  }

  static Optional<Marker> read(Connection connection, String key) throws SQLException {
    if (!Ask.isTrue(connection, "SELECT to_regclass('gatehouse.marker') IS NOT NULL")) {
      return Optional.empty();
    }
    return Ask.row(
            connection,
            "SELECT key, run, step, plan, head FROM gatehouse.marker WHERE key = ?",
            key)
        .map(row -> new Marker(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)));
  }
}
