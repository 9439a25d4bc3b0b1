package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.SQLException;
import java.util.Set;

/** What is wrong when a server refuses a statement of a backup, and what to do about it. */
final class RestoreFinding {
  static final String WITHOUT_PATH =
      "a restore has no search_path: where a function does not find what it names, ALTER FUNCTION"
          + " NAME(...) SET search_path = SCHEMA, pg_temp in the source, then back up again";

  /** Undefined table, column, function or type, and schema. */
  private static final Set<String> UNDEFINED = Set.of("42P01", "42703", "42883", "42704", "3F000");

  private static final int SHOWN = 500;

  private RestoreFinding() {}

  static Finding of(String sql, SQLException e) {
    String state = SqlStates.of(e);
    return Finding.of("restore.statement", "the server refused a statement of the backup")
        .withExpected(sql.length() > SHOWN ? sql.substring(0, SHOWN) + " ..." : sql)
        .withFound(e.getMessage() + ", SQL state " + state)
        .withFix(fix(state));
  }

  private static String fix(String state) {
    if (state.equals(SqlStates.DISK_FULL)) {
      return "make room on the server's disk: until a restore commits, what it replaces is kept"
          + " beside it; nothing was changed";
    }
    return UNDEFINED.contains(state)
        ? WITHOUT_PATH
        : "fix what the server reports; nothing was changed";
  }
}
