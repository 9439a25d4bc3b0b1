package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Who may do what, as the product's own catalogue tells it.
 *
 * @since 0.1
 */
public interface PrivilegeCatalogue {

  /** Whether the role or account exists. */
  boolean roleExists(Connection connection, String role) throws SQLException;

  /** The tables a pattern ({@code *} stands for any run of characters) matches, sorted. */
  List<String> tables(Connection connection, String pattern) throws SQLException;

  /** The privileges the role has on the table, by whatever path. */
  Set<String> effective(Connection connection, String role, String table) throws SQLException;
}
