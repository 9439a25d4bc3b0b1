package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Relation;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * That a role reaches the rows of one tenant at a time.
 *
 * @param column empty when it is to be found
 * @param shared a condition; empty when nothing is
 * @param accepted views and functions that may tell of all tenants
 */
record TenantIsolation(
    String table,
    String column,
    String shared,
    List<String> accepted,
    String role,
    String setting,
    List<String> tenants) {

  static final int MOST_ROWS = 100_000;
  static final int SAMPLES = 24;

  TenantIsolation of(String newSetting, List<String> newTenants) {
    return new TenantIsolation(table, column, shared, accepted, role, newSetting, newTenants);
  }

  NamedCheck check() {
    return NamedCheck.of(
        role + " keeps " + String.join(", ", tenants) + " apart in " + table,
        Products.only(this::plan),
        this::judge);
  }

  private List<String> plan(CheckContext reading) throws SQLException {
    String line =
        "acting as %s with %s at each of %s, at none and at '': read, copy, insert, update, delete and merge on %s%s%s, all taken back"
            .formatted(
                role,
                setting,
                tenants,
                table,
                shared.isEmpty() ? "" : ", rows shared where " + shared,
                accepted.isEmpty() ? "" : ", accepting " + accepted);
    try {
      refuseMissing(reading.connection());
      return List.of(line);
    } catch (Refusal missing) {
      if (reading.targetIsFinal()) {
        throw missing;
      }
      String why = missing.findings().get(0).headline();
      return List.of(line, Outline.UNKNOWN + "until an earlier step has run: " + why);
    }
  }

  private void refuseMissing(Connection connection) throws SQLException {
    if (!PostgresRoleProbes.INSTANCE.roleExists(connection, role)) {
      throw ActingRole.noRole(role);
    }
    tree(connection);
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

  private Outcome judge(CheckContext reading) throws SQLException {
    IsolationReport breaches = new IsolationReport();
    try {
      refuseMissing(reading.connection());
      try (ProbeSession session = ProbeSession.open(reading.target(), reading.connection())) {
        try {
          new TenantIsolationProbe(this, session, breaches).run();
        } catch (SQLException e) {
          if (SqlStates.is(e, SqlStates.INSUFFICIENT_PRIVILEGE)) {
            throw unreadable(e);
          }
          throw e;
        }
      }
    } catch (Refusal e) {
      return new Outcome.Inconclusive(e.findings());
    }
    return breaches.outcome(reading.evidence());
  }

  /** With row_security off, what a policy would hide from this account is an error. */
  private Refusal unreadable(SQLException e) {
    return new Refusal(
        Finding.of("rowsecurity.unreadable", "the rows of " + table + " could not be looked at")
            .withExpected("an account that sees past row security")
            .withFound("SQLSTATE " + SqlStates.of(e) + ": " + e.getMessage())
            .withFix("ask with an account that has BYPASSRLS or is a superuser"),
        e);
  }
}
