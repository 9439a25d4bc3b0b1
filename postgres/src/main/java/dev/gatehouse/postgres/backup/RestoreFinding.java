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

  private static final String UNDEFINED_TABLE = "42P01";

  /** Undefined table, column, function or type, and schema. */
  private static final Set<String> UNDEFINED =
      Set.of(UNDEFINED_TABLE, "42703", "42883", "42704", "3F000");

  private static final String WITHOUT_BEGIN =
      "no dump can be restored that holds it: views that select from each other, or one from"
          + " itself; drop or replace it in the source, then back up again";

  private static final int SHOWN = 500;

  private RestoreFinding() {}

  static Finding of(String sql, SQLException e) {
    String state = SqlStates.of(e);
    return Finding.of("restore.statement", "the server refused a statement of the backup")
        .withExpected(sql.length() > SHOWN ? sql.substring(0, SHOWN) + " ..." : sql)
        .withFound(e.getMessage() + ", SQL state " + state)
        .withFix(fix(sql, state));
  }

  private static String fix(String sql, String state) {
    if (state.equals(SqlStates.DISK_FULL)) {
      return "make room on the server's disk: until a restore commits, what it replaces is kept"
          + " beside it; nothing was changed";
    }
    if (sql.startsWith("CREATE VIEW ") && state.equals(UNDEFINED_TABLE)) {
      return WITHOUT_BEGIN;
    }
    return UNDEFINED.contains(state)
        ? WITHOUT_PATH
        : "fix what the server reports; nothing was changed";
  }
}
