package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What accounts may do with single routines of the target. The servers forget it when a routine is
 * dropped, and an exchange drops them all; privileges on tables outlive it.
 *
 * @param statements that grant them again
 */
record RoutinePrivileges(List<String> statements) {
  private static final String GRANTED =
      "SELECT host, user, routine_name, routine_type, proc_priv FROM mysql.procs_priv"
          + " WHERE db = DATABASE() ORDER BY user, host, routine_type, routine_name";
  private static final String END = "\n\0\n";

  /** Those of now; who may not read them is told so where there are routines. */
  static RoutinePrivileges of(Connection session, Schema schema, Progress progress)
      throws SQLException {
    if (schema.definitions().stream().noneMatch(RoutinePrivileges::isRoutine)) {
      return new RoutinePrivileges(List.of());
    }
    try {
      String database = SqlNames.quoted(Queries.one(session, "SELECT DATABASE()"));
      List<String> statements = new ArrayList<>();
      for (Row row : Queries.rows(session, GRANTED, Function.identity())) {
        statements.add(statement(database, row));
      }
      return new RoutinePrivileges(statements);
    } catch (SQLException e) {
      if (!ErrorCodes.isDenied(e)) {
        throw e;
      }
      progress.noticed(
          Finding.of("restore.privileges", "privileges on single routines may be gone")
              .withExpected("this account reads mysql.procs_priv, and grants them again")
              .withFound(String.valueOf(e.getMessage()).replaceFirst("^\\(conn=\\d+\\) ", ""))
              .withFix(
                  "GRANT SELECT ON mysql.procs_priv TO "
                      + Accounts.current(session)
                      + ", before a restore; after it grant again what was granted on routines"));
      return new RoutinePrivileges(List.of());
    }
  }

  static RoutinePrivileges of(byte[] kept) {
    String text = new String(kept, StandardCharsets.UTF_8);
    return new RoutinePrivileges(text.isEmpty() ? List.of() : List.of(text.split(END)));
  }

  byte[] bytes() {
    return String.join(END, statements).getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isRoutine(Definition one) {
    return switch (one.kind()) {
      case FUNCTION, PROCEDURE, PACKAGE, PACKAGE_BODY -> true;
      default -> false;
    };
  }

  /** A role of MariaDB has no host. */
  private static String statement(String database, Row row) {
    List<String> privileges = new ArrayList<>(List.of(row.text("proc_priv").split(",")));
    boolean hands = privileges.removeIf(one -> one.equalsIgnoreCase("Grant"));
    String host = row.text("host");
    return "GRANT "
        + (privileges.isEmpty() ? "USAGE" : String.join(", ", privileges).toUpperCase(Locale.ROOT))
        + " ON "
        + row.text("routine_type")
        + " "
        + database
        + "."
        + SqlNames.quoted(row.text("routine_name"))
        + " TO "
        + Accounts.quoted(row.text("user"))
        + (host.isEmpty() ? "" : "@" + Accounts.quoted(host))
        + (hands ? " WITH GRANT OPTION" : "");
  }

  /** On the routines that are there; what this account may not grant is told. */
  void again(Connection session, Progress progress) throws SQLException {
    List<String> left = new ArrayList<>();
    for (String statement : statements) {
      try {
        Queries.run(session, statement);
      } catch (SQLException e) {
        if (!ErrorCodes.isGone(e)) {
          left.add(statement + "  -- " + e.getMessage());
        }
      }
    }
    if (!left.isEmpty()) {
      progress.noticed(
          Finding.of("restore.privileges", "privileges on routines are gone")
              .withExpected("what accounts might do with single routines before, granted again")
              .withFound(left.size() + " that this account may not grant")
              .withFix(String.join(";\n", left)));
    }
  }
}
