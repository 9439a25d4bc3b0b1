package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Row;
import java.sql.SQLException;
import java.util.List;

/** Who waits for whom. */
public final class LockWaits {
  public static final String SQL =
      "SELECT l.pid, l.locktype, l.mode, l.relation::regclass AS relation,"
          + " array_to_string(pg_blocking_pids(l.pid), ', ') AS holders"
          + " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
          + " WHERE NOT l.granted AND a.datname = current_database() ORDER BY l.pid";

  private record Wait(String pid, String mode, String relation, String holders) {
    static Wait of(Row row) {
      return new Wait(row.text("pid"), row.text("mode"), row.text("relation"), row.text("holders"));
    }
  }

  private LockWaits() {}

  public static Outcome judge(CheckContext reading, long most) throws SQLException {
    List<Wait> waits = Queries.rows(reading.connection(), SQL, Wait::of);
    Evidence evidence = reading.evidence().with("waits", waits.size());
    if (waits.size() <= most) {
      return Outcome.passed(evidence);
    }
    Wait first = waits.get(0);
    return Outcome.failed(
        Finding.of("postgres.lock-waits", "too many ungranted locks")
            .withExpected("at most " + most)
            .withFound(
                "%d, such as: pid %s waits for %s%s, held by pid %s"
                    .formatted(
                        waits.size(),
                        first.pid(),
                        first.mode(),
                        first.relation().isEmpty() ? "" : " on " + first.relation(),
                        first.holders()))
            .withFix("SELECT * FROM pg_stat_activity WHERE pid IN (" + first.holders() + ")"),
        evidence);
  }
}
