package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.ScriptReader.Cause;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Rows that a policy would hide from a session of ours: an error, because fewer rows look like an
 * answer. Manual: "row_security".
 */
public final class HiddenRows {
  public static final String WORDS =
      "our sessions have row_security = off: what a policy would hide is an error, and not fewer"
          + " rows";

  private HiddenRows() {}

  public static boolean refused(SQLException error) {
    return Driver.routine(error).equals("check_enable_rls");
  }

  /** What a query failed by; empty when it was something else. */
  public static Optional<Cause> cause(Connection connection, SQLException error) {
    if (!refused(error)) {
      return Optional.empty();
    }
    return Optional.of(
        Cause.of(
            WORDS,
            "ALTER ROLE "
                + account(connection)
                + " BYPASSRLS\n-- or ask as an account that no policy of the table applies to: a"
                + " superuser, or its owner without FORCE ROW LEVEL SECURITY;\n-- a policy that"
                + " lets the account see all rows does not help, the server does not know that it"
                + " hides none"));
  }

  /** As the driver knows it, which asks nothing of a transaction that has failed. */
  private static String account(Connection connection) {
    try {
      return SqlNames.quoted(connection.getMetaData().getUserName());
    } catch (SQLException e) {
      return "<the account of the target>";
    }
  }
}
