package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Relation;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Plans and asks a claim of tenant isolation. */
final class TenantIsolationCheck {
  private final TenantIsolation claim;

  private TenantIsolationCheck(TenantIsolation claim) {
    this.claim = claim;
  }

  static NamedCheck of(TenantIsolation claim) {
    TenantIsolationCheck check = new TenantIsolationCheck(claim);
    return NamedCheck.of(
        "tenants "
            + String.join(", ", claim.names())
            + " are isolated for "
            + claim.role()
            + " in "
            + claim.table(),
        Products.only(check::plan),
        check::judge);
  }

  private List<String> plan(CheckContext reading) throws SQLException {
    String line =
        "acting as %s with %s at each of %s, at none, at '' and at others: read, copy, insert, update, delete and merge on %s%s%s, all taken back"
            .formatted(
                claim.role(),
                String.join(", ", claim.settings()),
                claim.names(),
                claim.table(),
                claim.shared().isEmpty() ? "" : ", rows shared where " + claim.shared(),
                claim.accepted().isEmpty() ? "" : ", accepting " + claim.accepted());
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
    if (!PostgresRoleProbes.INSTANCE.roleExists(connection, claim.role())) {
      throw ActingRole.noRole(claim.role());
    }
    Relation table = claim.tree(connection).get(0);
    List<String> columns = table.columns(connection);
    if (!claim.column().isEmpty() && !columns.contains(SqlNames.quoted(claim.column()))) {
      throw new Refusal(
          Finding.of(
                  "rowsecurity.no-column",
                  table.words() + " has no column '" + claim.column() + "'")
              .withExpected("a column that tells whose a row is")
              .withFound(String.join(", ", columns))
              .withFix("correct by(\"" + claim.column() + "\")"));
    }
  }

  private Outcome judge(CheckContext reading) throws SQLException {
    IsolationReport breaches = new IsolationReport();
    try {
      refuseMissing(reading.connection());
      try (ProbeSession session = ProbeSession.open(reading.target(), reading.connection())) {
        try {
          new TenantIsolationProbe(claim, session, breaches).run();
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
        Finding.of(
                "rowsecurity.unreadable",
                "the rows of " + claim.table() + " could not be looked at")
            .withExpected("an account that sees past row security")
            .withFound("SQLSTATE " + SqlStates.of(e) + ": " + e.getMessage())
            .withFix("ask with an account that has BYPASSRLS or is a superuser"),
        e);
  }
}
