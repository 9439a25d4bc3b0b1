package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.sqlite.page.JournalMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A database that nobody else has open, with all it holds in its one file: interrupted transactions
 * rolled back, the write-ahead log emptied into it.
 */
final class Exclusive implements AutoCloseable {
  private final Connection session;
  private final JournalMode mode;

  private Exclusive(Connection session, JournalMode mode) {
    this.session = session;
    this.mode = mode;
  }

  /**
   * Waits for it in bounded time.
   *
   * @throws Refusal when somebody uses it and does not stop in time; nothing was changed then
   */
  static Exclusive take(Target target, Path database) throws SQLException {
    refuseHolders(database, Holders.of(database, true));
    return Opened.orClose(
        lock(target, database, Patience.DEFAULT),
        taken -> {
          refuseHolders(database, Holders.of(database, false));
          return taken;
        });
  }

  /** By locks alone, which an idle connection in rollback mode does not hold. */
  static Exclusive lock(Target target, Path database, Duration patience) throws SQLException {
    Connection session = Sessions.writing(target);
    try {
      return Opened.orClose(session, opened -> locked(opened, database, patience));
    } catch (SQLException e) {
      if (ResultCodes.busy(e)) {
        throw inUse(database, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static Exclusive locked(Connection session, Path database, Duration patience)
      throws SQLException {
    // Before the first read: in WAL mode this asks for the file as a whole, which every other
    // connection, idle or not, denies.
    Queries.run(session, "PRAGMA locking_mode = EXCLUSIVE");
    Patience.run(session, "BEGIN EXCLUSIVE", patience);
    Queries.run(session, "COMMIT");
    JournalMode mode = JournalMode.named(Queries.text(session, "PRAGMA journal_mode"));
    if (mode == JournalMode.WAL) {
      emptyTheLog(session, database);
    }
    return new Exclusive(session, mode);
  }

  JournalMode mode() {
    return mode;
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }

  private static void emptyTheLog(Connection session, Path database) throws SQLException {
    long busy = Queries.number(session, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (busy != 0) {
      throw inUse(database, "the write-ahead log could not be emptied");
    }
  }

  private static void refuseHolders(Path database, List<String> holders) {
    if (!holders.isEmpty()) {
      throw inUse(database, "open in " + String.join(", ", holders));
    }
  }

  private static Refusal inUse(Path database, String found) {
    return new Refusal(
        Finding.of("restore.in-use", "the database is in use by another connection")
            .withExpected("nobody has '" + database + "' open")
            .withFound(found)
            .withFix(
                "stop the application; then see that this prints nothing: fuser '"
                    + database
                    + "'"));
  }
}
