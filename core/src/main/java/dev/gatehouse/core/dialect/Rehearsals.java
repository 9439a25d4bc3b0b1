package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Changes that are executed in an open transaction and taken back before it commits. Only for
 * products whose transactions hold all that a script may do, its DDL included.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface Rehearsals {

  /** From here on, what the transaction does can be taken back by {@link #end}. */
  void begin(Connection connection) throws SQLException;

  /**
   * Finds out what only the commit would, such as constraints that wait for it. What has been done
   * stays, so that it can be looked at.
   *
   * @throws SQLException when the commit would have failed
   */
  void checkDeferredConstraints(Connection connection) throws SQLException;

  /** Takes back what was done since {@link #begin}. */
  void end(Connection connection) throws SQLException;
}
