package dev.gatehouse.core.dialect;

import dev.gatehouse.core.access.EffectiveAccess;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Who may do what, as the product's own catalogue tells it.
 *
 * <p>Implementations are thread-safe and hold no connection.
 *
 * @since 0.1
 */
public interface AccessReader {

  /**
   * Reads all of it under one snapshot, in a number of queries that does not depend on the number
   * of tables. In an open transaction it sees what that has done; transaction and settings of the
   * session are afterwards as they were.
   *
   * @throws SQLException when a part of it could not be read: never a part for the whole
   */
  EffectiveAccess read(Connection connection) throws SQLException;
}
