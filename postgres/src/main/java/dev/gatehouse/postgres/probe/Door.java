package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import java.sql.SQLException;
import java.util.Map;

/**
 * By what a role comes to the rows of a table: the table itself, or what somebody built over it.
 * What it is asked for is taken back.
 *
 * <p>One thread at a time.
 */
interface Door {

  /** Code of the finding that rows of others are seen. */
  String seeing();

  /** Code of the finding that this is done to rows of others. */
  String changing(Does does);

  /** For findings, behind what is done to the table; empty for the table itself. */
  String through();

  /** Whether another content of that row is told apart from what all others answer. */
  boolean compares(Sample row);

  /** Whether the row of others that has been made up under this key is seen. */
  boolean shows(String key) throws SQLException;

  /** Whether the row under this key is reached by a DELETE. */
  boolean deletes(String key) throws SQLException;

  /**
   * Whether the row under this key is reached by an UPDATE.
   *
   * @param set quoted columns of the table with literals
   */
  boolean changes(String key, Map<String, String> set) throws SQLException;

  /**
   * Allowed when it became a row of others.
   *
   * @param row quoted columns of the table with literals
   */
  Answer inserts(Map<String, String> row) throws SQLException;

  /** What to do about it. */
  String fix(String command) throws SQLException;
}
