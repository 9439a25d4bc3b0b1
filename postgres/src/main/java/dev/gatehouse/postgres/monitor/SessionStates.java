package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Row;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * The sessions of the target's database, before it is said in which state: {@code
 * sessions().inState("idle in transaction").atMost(3)}.
 *
 * <p>Immutable. Not a step yet. The account must be a member of pg_read_all_stats (or pg_monitor):
 * of others' sessions it sees no state otherwise, and the check is INCONCLUSIVE.
 *
 * @since 0.1
 */
public final class SessionStates {
  /** As pg_stat_activity names them (PostgreSQL manual, "The Statistics Collector"). */
  private static final Set<String> STATES =
      Set.of(
          "active",
          "idle",
          "idle in transaction",
          "idle in transaction (aborted)",
          "fastpath function call",
          "disabled");

  /** Gatehouse's own sessions of this account are not what anybody looks for. */
  private static final String OTHERS =
      "datname = current_database() AND pid <> pg_backend_pid()"
          + " AND (application_name <> 'gatehouse' OR usename <> current_user)";

  private static final String SQL =
      "SELECT pid, usename, application_name, state_change FROM pg_stat_activity WHERE "
          + OTHERS
          + " AND state = ? ORDER BY state_change";

  private static final String HIDDEN =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
          + " AND query = '<insufficient privilege>'";

  private record Found(String pid, String account, String application, String since) {
    static Found of(Row row) {
      return new Found(
          row.text("pid"),
          row.text("usename"),
          row.text("application_name"),
          row.text("state_change"));
    }
  }

  public SessionStates() {}

  /**
   * Those in one state.
   *
   * @param state such as {@code active} or {@code idle in transaction}
   * @throws IllegalArgumentException when PostgreSQL has no such state
   */
  public ServerCount inState(String state) {
    if (!STATES.contains(state)) {
      throw new IllegalArgumentException("state is '" + state + "': one of " + STATES);
    }
    return new ServerCount(
        most ->
            NamedCheck.of(
                "at most " + most + " sessions are " + state,
                Products.only(SQL.replace("?", "'" + state + "'")),
                reading -> judge(reading, state, most)));
  }

  private static Outcome judge(CheckContext reading, String state, long most) throws SQLException {
    if (!Queries.pinned(reading.connection(), HIDDEN).equals("0")) {
      return hidden("the state of others' sessions is hidden", "pg_read_all_stats");
    }
    List<Found> found = Queries.rows(reading.connection(), SQL, Found::of, state);
    Evidence evidence = reading.evidence().with("sessions", found.size());
    if (found.size() <= most) {
      return Outcome.passed(evidence);
    }
    Found oldest = found.get(0);
    return Outcome.failed(
        Finding.of("postgres.sessions", "too many sessions are " + state)
            .withExpected("at most " + most)
            .withFound(
                "%d, the oldest: pid %s of %s, application '%s', since %s"
                    .formatted(
                        found.size(),
                        oldest.pid(),
                        oldest.account(),
                        oldest.application(),
                        oldest.since()))
            .withFix("SELECT pg_terminate_backend(" + oldest.pid() + ")"),
        evidence);
  }

  static Outcome hidden(String what, String role) {
    return Outcome.inconclusive(
        Finding.of("postgres.hidden", what)
            .withExpected("an account that is a member of " + role)
            .withFound("'<insufficient privilege>'")
            .withFix("GRANT " + role + " TO <the account of the target>"));
  }

  @Override
  public String toString() {
    return "sessions (not yet a step: say inState(\"...\").atMost(n))";
  }
}
