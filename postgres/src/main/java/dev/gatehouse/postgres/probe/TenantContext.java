package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.session.SqlStates;
import java.sql.SQLException;
import java.util.List;

/**
 * What the setting is at.
 *
 * @param tenant whose rows may be reached then; empty for nobody's
 * @param settings empty when it is not set at all
 */
record TenantContext(String words, String tenant, List<String> settings) {

  /** A policy that cannot make sense of the setting shows nothing to anybody. */
  boolean closedBy(SQLException e) {
    String state = SqlStates.of(e);
    return tenant.isEmpty() && (state.startsWith("22") || state.equals("42704"));
  }

  @Override
  public String toString() {
    return words;
  }
}
