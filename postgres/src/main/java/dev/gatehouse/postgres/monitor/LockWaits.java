package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.postgres.session.Queries;
import java.sql.SQLException;
import java.util.List;

/** Who waits for whom. */
public final class LockWaits {
  public static final String SQL =
      "SELECT l.pid, l.locktype, l.mode, coalesce(l.relation::regclass::text, ''),"
          + " array_to_string(pg_blocking_pids(l.pid), ', ')"
          + " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
          + " WHERE NOT l.granted AND a.datname = current_database() ORDER BY l.pid";

  private LockWaits() {}

  public static Outcome judge(CheckContext reading, long most) throws SQLException {
    List<List<String>> waits = Queries.rows(reading.connection(), SQL);
    Evidence evidence = reading.evidence().with("waits", waits.size());
    if (waits.size() <= most) {
      return Outcome.passed(evidence);
    }
    List<String> first = waits.get(0);
    return Outcome.failed(
        Finding.of("postgres.lock-waits", "too many ungranted locks")
            .withExpected("at most " + most)
            .withFound(
                "%d, such as: pid %s waits for %s%s, held by pid %s"
                    .formatted(
                        waits.size(),
                        first.get(0),
                        first.get(2),
                        first.get(3).isEmpty() ? "" : " on " + first.get(3),
                        first.get(4)))
            .withFix("SELECT * FROM pg_stat_activity WHERE pid IN (" + first.get(4) + ")"),
        evidence);
  }
}
