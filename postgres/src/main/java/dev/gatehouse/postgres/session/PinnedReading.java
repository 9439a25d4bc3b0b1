package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Opened;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Set;

/**
 * Reads the catalogue in a session of somebody else's making, and leaves transaction and settings
 * as they were.
 */
public final class PinnedReading {
  /**
   * The names in definitions depend on the search_path, the constants on the other settings. The
   * temporary tables of the session are last, so that none stands for a catalogue.
   */
  private static final String PIN =
      """
      select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
        pg_catalog.set_config('DateStyle', 'ISO, YMD', true),
        pg_catalog.set_config('IntervalStyle', 'postgres', true),
        pg_catalog.set_config('TimeZone', 'UTC', true),
        pg_catalog.set_config('extra_float_digits', '1', true),
        pg_catalog.set_config('bytea_output', 'hex', true),
        pg_catalog.set_config('quote_all_identifiers', 'off', true),
        pg_catalog.set_config('standard_conforming_strings', 'on', true),
        pg_catalog.set_config('jit', 'off', true)
      """;

  /** How often it is begun again when objects are dropped while they are read. */
  private static final int ATTEMPTS = 5;

  public static final String GONE = "02000";

  /** What the server's own functions say of an object that was dropped since the snapshot. */
  private static final Set<String> DROPPED_MEANWHILE =
      Set.of(GONE, "XX000", "42P01", "42703", "42704", "42883", "3F000");

  private PinnedReading() {}

  @FunctionalInterface
  public interface CatalogQuery<T> {
    T at(Connection connection) throws SQLException;
  }

  /** What was looked at, under one snapshot where the transaction is ours or has one. */
  public static <T> T of(Connection connection, CatalogQuery<T> look) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return connection.getAutoCommit()
            ? inOwnTransaction(connection, look)
            : pinned(connection, look);
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !DROPPED_MEANWHILE.contains(String.valueOf(e.getSQLState()))) {
          throw e;
        }
      }
    }
  }

  private static <T> T inOwnTransaction(Connection connection, CatalogQuery<T> look)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      Queries.run(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      return pinned(connection, look);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Going back to the savepoint takes all settings back as well. */
  private static <T> T pinned(Connection connection, CatalogQuery<T> look) throws SQLException {
    Savepoint before = connection.setSavepoint();
    return Opened.orClose(
        () -> back(connection, before),
        opened -> {
          Queries.run(connection, PIN);
          T seen = look.at(connection);
          back(connection, before);
          return seen;
        });
  }

  private static void back(Connection connection, Savepoint before) throws SQLException {
    connection.rollback(before);
    connection.releaseSavepoint(before);
  }
}
