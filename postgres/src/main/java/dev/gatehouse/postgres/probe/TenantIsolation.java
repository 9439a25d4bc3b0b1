package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * That a role reaches the rows of one tenant at a time.
 *
 * @param column empty when it is to be found
 * @param shared a condition; empty when nothing is
 * @param accepted views and functions that may tell of all tenants, tables that policies may ask
 */
record TenantIsolation(
    String table,
    String column,
    String shared,
    List<String> accepted,
    String role,
    List<Tenant> tenants) {

  static final int MOST_ROWS = 100_000;
  static final int SAMPLES = 24;

  TenantIsolation of(List<Tenant> newTenants) {
    return new TenantIsolation(table, column, shared, accepted, role, newTenants);
  }

  List<String> names() {
    return tenants.stream().map(Tenant::name).toList();
  }

  /** All that tell a session's tenant. */
  Set<String> settings() {
    Set<String> settings = new LinkedHashSet<>();
    tenants.forEach(tenant -> settings.addAll(tenant.settings().keySet()));
    return settings;
  }

  /** The table, and what its rows are also reached by: partitions, children, parents. */
  List<Relation> tree(Connection connection) throws SQLException {
    List<Relation> found =
        Relation.like(connection, table).stream()
            .filter(relation -> "rp".contains(relation.kind()))
            .toList();
    if (found.size() != 1) {
      throw new Refusal(
          Finding.of("rowsecurity.no-table", "'" + table + "' is not one table")
              .withExpected("the name of one table, as schema.name")
              .withFound(found.isEmpty() ? "none" : found.size() + " of that name")
              .withFix("correct on(\"" + table + "\")"));
    }
    return Relation.treeOf(connection, found.get(0));
  }
}
