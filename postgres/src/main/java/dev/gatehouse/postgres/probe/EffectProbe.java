package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.DeniedBy;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Statements that are judged by what becomes of rows of others, whatever they answer: rules and
 * triggers of the table have their say, and a count of rows does not tell whose they were.
 */
final class EffectProbe {
  private static final int TIMES = 3;
  private static final String NOT_SUPPORTED = "0A000";

  /** What a statement does when it should not. */
  enum Does {
    INSERTS("rowsecurity.insert", "inserts rows of others into ", "INSERT (WITH CHECK)"),
    CHANGES("rowsecurity.update", "changes rows of others in ", "UPDATE"),
    GIVES("rowsecurity.move", "can move its rows to another tenant in ", "UPDATE (WITH CHECK)"),
    DELETES("rowsecurity.delete", "deletes rows of others in ", "DELETE");

    final String code;
    final String words;
    final String command;

    Does(String code, String words, String command) {
      this.code = code;
      this.words = words;
      this.command = command;
    }
  }

  /**
   * One attempt.
   *
   * @param way for the count of answers
   * @param sql what is executed; keys it returns are looked at
   * @param words for the finding
   */
  record Try(String way, Does does, String sql, String words) {
    static Try of(String way, Does does, String sql) {
      return new Try(way, does, sql, "by " + sql);
    }
  }

  /** A statement that is executed as the role. */
  @FunctionalInterface
  interface Execution {
    void run(Set<String> returned) throws SQLException;
  }

  private final ProbeContext on;
  private final TenantContext context;
  private final OtherTenantsRows others;
  private String before = "";

  EffectProbe(ProbeContext on, TenantContext context) {
    this.on = on;
    this.context = context;
    this.others = OtherTenantsRows.of(on, context);
  }

  void attempt(Try tried) throws SQLException {
    attempt(tried, returned -> execute(tried.sql(), returned));
  }

  void attempt(Try tried, Execution execution) throws SQLException {
    if (before.isEmpty()) {
      before = others.digest();
    }
    Set<String> returned = new TreeSet<>();
    Map<String, String> after = new HashMap<>();
    Answer answer = null;
    for (int times = 0; answer == null && times < TIMES; times++) {
      returned.clear();
      Answer once = once(tried.does(), execution, returned, after);
      if (!(once instanceof Answer.Allowed) || others.digest().equals(before)) {
        answer = once;
      } else {
        before = others.digest();
      }
    }
    if (answer == null) {
      answer = new Answer.Unclear("rows of others were written by others all the time");
    }
    if (on.through(context, tried.way(), answer)) {
      found(tried, OtherTenantsRows.changed(others.versions(), after));
    }
    shown(tried, returned);
  }

  /** Keys of rows that are there, and not its own. */
  private void shown(Try tried, Set<String> returned) throws SQLException {
    returned.retainAll(on.rows().owners().keySet());
    returned.removeAll(on.rows().seenBy(context.tenant()));
    if (!returned.isEmpty()) {
      on.breaches()
          .found(
              "rowsecurity.returned",
              on.who() + " is shown rows of others by RETURNING of " + on.rows().relation().words(),
              "the rows of its own tenant, and without one none",
              "with " + context + ": " + returned.size() + " by " + tried.sql(),
              on.fix("SELECT"));
    }
  }

  private void found(Try tried, int changed) throws SQLException {
    Does does = tried.does();
    on.breaches()
        .found(
            does.code,
            on.who() + " " + does.words + on.rows().relation().words(),
            does == Does.INSERTS ? "rejected" : "rejected, or silently 0 rows",
            "with "
                + context
                + ": "
                + tried.words()
                + (does == Does.INSERTS ? "" : ", " + changed + (changed == 1 ? " row" : " rows")),
            on.fix(does.command));
  }

  /** Allowed when any row of others is not as it was. */
  private Answer once(
      Does does, Execution execution, Set<String> returned, Map<String, String> after)
      throws SQLException {
    return on.as(
        context,
        () -> {
          try {
            execution.run(returned);
          } catch (SQLException e) {
            return stopped(does, e);
          }
          if (others.digestAfterwards().equals(before)) {
            return new Answer.NoRows();
          }
          after.clear();
          after.putAll(others.versions());
          return new Answer.Allowed(0);
        });
  }

  /**
   * Constraints are asked after the policies: these have let the row pass. Of several rows it may
   * have been one of its own, and each of the others is tried alone.
   */
  private Answer stopped(Does does, SQLException e) throws SQLException {
    String state = SqlStates.of(e);
    if (ProbeContext.hasNoPlace(e)) {
      return new Answer.Rejected(DeniedBy.ROW_SECURITY, "no place for the row");
    }
    if (state.equals(NOT_SUPPORTED)) {
      return new Answer.Rejected(DeniedBy.ROW_SECURITY, "not supported on this table");
    }
    if (does == Does.INSERTS && Denials.ofTheRow(e)) {
      return new Answer.Allowed(0);
    }
    if (Denials.ofTheRow(e) || state.startsWith("P0")) {
      on.breaches()
          .remark(
              "some statements on several rows of "
                  + on.rows().relation().words()
                  + " are stopped by its constraints or triggers: SQLSTATE "
                  + state);
      return new Answer.NoRows();
    }
    throw e;
  }

  private void execute(String sql, Set<String> returned) throws SQLException {
    try (Statement statement = on.session().admin().createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            returned.add(String.valueOf(rows.getString(1)));
          }
        }
      }
    }
  }
}
