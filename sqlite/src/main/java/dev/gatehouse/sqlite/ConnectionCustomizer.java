package dev.gatehouse.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Gives a connection what only the application has: its SQL functions, collating sequences and
 * virtual table modules.
 *
 * <p>Must not write, and must be thread-safe: it is called for each connection to the database and
 * to each copy of it, before that connection is used.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ConnectionCustomizer {
  /**
   * Such as {@code org.sqlite.Function.create(connection, "slug", ...)} and {@code
   * org.sqlite.Collation.create(connection, "german", ...)}.
   *
   * @param connection the driver's own, or one of the application's pool
   */
  void customize(Connection connection) throws SQLException;
}
