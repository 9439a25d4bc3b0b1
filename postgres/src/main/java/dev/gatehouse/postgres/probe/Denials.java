package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.DeniedBy;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.SQLException;
import java.util.Set;

/**
 * Who rejected a statement, by SQLSTATE and the place in the server that raised it. 42501 alone
 * stands for seven different things, and the words for it come in the server's language.
 */
final class Denials {
  /** Sequences are asked about where they are used, and by words of their own. */
  private static final Set<String> OF_SEQUENCES =
      Set.of("nextval_internal", "currval_oid", "lastval", "do_setval");

  private Denials() {}

  static Answer typed(SQLException e) {
    String state = SqlStates.of(e);
    String routine = Driver.routine(e);
    if (state.equals(SqlStates.INSUFFICIENT_PRIVILEGE)) {
      if (routine.startsWith("aclcheck_error") || OF_SEQUENCES.contains(routine)) {
        return new Answer.Rejected(DeniedBy.PRIVILEGE, words(e));
      }
      if (routine.equals("ExecWithCheckOptions")) {
        return new Answer.Rejected(DeniedBy.ROW_SECURITY, words(e));
      }
    }
    return new Answer.Unclear("SQLSTATE " + state + " of " + routine + ": " + words(e));
  }

  /** An error of the made-up row: all that asks for privileges and policies lies before it. */
  static boolean ofTheRow(SQLException e) {
    return SqlStates.of(e).startsWith("23");
  }

  private static String words(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
