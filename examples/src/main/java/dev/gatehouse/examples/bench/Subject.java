package dev.gatehouse.examples.bench;

import dev.gatehouse.examples.SampleShop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The database that is measured: a shop whose audit log makes up its size, in WAL mode, with
 * changes that are in the log only because somebody has it open.
 */
record Subject(Path work, Path database, Connection open) implements AutoCloseable {
  private static final long MEGABYTE = 1_000_000;
  private static final int BYTES_PER_LOG = 215;
  private static final int SHOP_ROWS = 10_000;

  static Subject make(Path work, int megabytes) throws SQLException, IOException {
    Path database = work.resolve("bench.db");
    SampleShop.create(database, SHOP_ROWS);
    Connection open = DriverManager.getConnection("jdbc:sqlite:" + database);
    try (Statement statement = open.createStatement()) {
      // Filled without a log, for speed; nothing here needs to survive a crash.
      statement.execute("pragma journal_mode = off");
      statement.execute("pragma synchronous = off");
      log(statement, megabytes * MEGABYTE / BYTES_PER_LOG);
      statement.execute("pragma journal_mode = wal");
      statement.execute("pragma wal_autocheckpoint = 0");
      log(statement, Math.min(megabytes, 200) * MEGABYTE / 25 / BYTES_PER_LOG);
    }
    return new Subject(work, database, open);
  }

  private static void log(Statement statement, long rows) throws SQLException {
    statement.execute(
        """
        with recursive n (i) as (values (1) union all select i + 1 from n where i < %d)
        insert into audit_logs (at, actor, action, detail)
        select printf('2026-%%02d-%%02dT%%02d:00:00Z', 1 + i %% 12, 1 + i %% 28, i %% 24),
          'clerk' || i %% 40, 'order.placed',
          printf('order %%d of customer %%d: ', i, i * 7919 %% 1000)
            || hex(i * 2654435761) || hex(i * 40503) || hex(i * 69069 + 1) || hex(i * 314159)
        from n"""
            .formatted(Math.max(1, rows)));
  }

  long bytes() throws IOException {
    return Files.size(database);
  }

  @Override
  public void close() throws SQLException {
    open.close();
  }
}
