package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.LongSupplier;

/** How much a restore has written so far, asked of the server every few seconds. */
final class DrillSize implements LongSupplier {
  private static final long INTERVAL = 5_000_000_000L;

  private final Target server;
  private final String database;
  private long asked = System.nanoTime();
  private long last;

  DrillSize(Target server, String database) {
    this.server = server;
    this.database = database;
  }

  @Override
  public long getAsLong() {
    if (System.nanoTime() - asked < INTERVAL) {
      return last;
    }
    asked = System.nanoTime();
    try (Connection session = Sessions.own(server)) {
      last =
          Long.parseLong(
              Queries.pinned(
                  session,
                  "SELECT pg_database_size(oid) + (SELECT coalesce(sum(hashtext(query)), 0)"
                      + " FROM pg_stat_activity a WHERE a.datid = d.oid) FROM pg_database d"
                      + " WHERE datname = ?",
                  database));
    } catch (SQLException | NumberFormatException unknown) {
      // No answer is no progress: whether the restore goes on, its own session tells.
      return last;
    }
    return last;
  }
}
