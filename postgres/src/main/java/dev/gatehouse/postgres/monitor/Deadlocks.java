package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.dialect.Monitors.Answer;
import dev.gatehouse.core.dialect.Monitors.Counted;
import dev.gatehouse.core.dialect.Monitors.Question;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Deadlocks of the database since its statistics were last reset, and no more; needs no privilege.
 */
record Deadlocks() implements Question {
  private static final String SQL =
      "SELECT deadlocks, extract(epoch FROM clock_timestamp() - stats_reset)::bigint AS counting"
          + " FROM pg_stat_database WHERE datname = current_database()";

  @Override
  public List<String> preview(Connection connection) {
    return List.of(SQL);
  }

  @Override
  public Answer ask(Connection connection) throws SQLException {
    Row row = Queries.one(connection, SQL);
    String seconds = row.text("counting");
    return new Counted(
        row.number("deadlocks"),
        "in this database",
        "grep 'deadlock detected' in the server's log: it names the statements",
        seconds.isEmpty()
            ? Optional.empty()
            : Optional.of(Duration.ofSeconds(Long.parseLong(seconds))));
  }
}
