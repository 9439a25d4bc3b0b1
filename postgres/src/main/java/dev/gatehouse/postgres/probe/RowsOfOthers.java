package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.DeniedBy;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.SQLException;

/**
 * Whether a statement of the role reaches rows of others, by whatever stands in its way: triggers
 * and rules may have made it another one.
 */
record RowsOfOthers(ProbeContext on, TenantContext context) {
  /** Of a view with CHECK OPTION. */
  private static final String CHECK_OPTION = "44000";

  /**
   * Allowed when a row of others is another one than before, or came about.
   *
   * @param passed whether a row that a constraint stops has been let pass before that
   */
  Answer reachedBy(String sql, boolean passed) throws SQLException {
    OtherTenantsRows others = OtherTenantsRows.of(on, context);
    String before = others.digest();
    return on.as(
        context,
        () -> {
          try {
            ActingRole.execute(on.session(), sql);
          } catch (SQLException e) {
            return stopped(e, passed);
          }
          return others.digestAfterwards().equals(before)
              ? new Answer.NoRows()
              : new Answer.Allowed(1);
        });
  }

  private static Answer stopped(SQLException e, boolean passed) throws SQLException {
    if (Denials.ofTheRow(e) && !ProbeContext.hasNoPlace(e)) {
      return passed ? new Answer.Allowed(0) : new Answer.NoRows();
    }
    if (SqlStates.is(e, CHECK_OPTION)) {
      return new Answer.Rejected(DeniedBy.ROW_SECURITY, "the view's CHECK OPTION");
    }
    throw e;
  }
}
