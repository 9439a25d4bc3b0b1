package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.dialect.Monitors.Answer;
import dev.gatehouse.core.dialect.Monitors.Counted;
import dev.gatehouse.core.dialect.Monitors.Question;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Who waits for whom; needs no privilege. */
record LockWaits() implements Question {
  private static final String SQL =
      "SELECT l.pid, l.locktype, l.mode, l.relation::regclass AS relation,"
          + " array_to_string(pg_blocking_pids(l.pid), ', ') AS holders"
          + " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
          + " WHERE NOT l.granted AND a.datname = current_database() ORDER BY l.pid";

  private record Wait(String pid, String mode, String relation, String holders) {
    static Wait of(Row row) {
      return new Wait(row.text("pid"), row.text("mode"), row.text("relation"), row.text("holders"));
    }

    @Override
    public String toString() {
      return "such as: pid %s waits for %s%s, held by pid %s"
          .formatted(pid, mode, relation.isEmpty() ? "" : " on " + relation, holders);
    }
  }

  @Override
  public List<String> preview(Connection connection) {
    return List.of(SQL);
  }

  @Override
  public Answer ask(Connection connection) throws SQLException {
    List<Wait> waits = Queries.rows(connection, SQL, Wait::of);
    if (waits.isEmpty()) {
      return new Counted(0, "", "", Optional.empty());
    }
    Wait first = waits.get(0);
    return new Counted(
        waits.size(),
        first.toString(),
        "SELECT * FROM pg_stat_activity WHERE pid IN (" + first.holders() + ")",
        Optional.empty());
  }
}
