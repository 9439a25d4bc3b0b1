package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions that see the same state of a database until they are closed.
 *
 * <p>They begin to read while a write lock keeps everybody from committing: a few milliseconds, and
 * nothing is written. Where the write lock cannot be had there is one session, which is its own
 * snapshot.
 *
 * <p>While it is open nobody can commit in rollback mode, and in WAL mode the -wal file grows.
 */
final class FileSnapshot implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileSnapshot.class);
  private static final int MOST = 4;

  /** Without the lock it is slower, not wrong. */
  private static final Duration WORTH_WAITING = Duration.ofSeconds(1);

  private final List<Connection> sessions;
  private final Instant at;
  private final Optional<LivePages> pages;

  private FileSnapshot(List<Connection> sessions, Instant at, Optional<LivePages> pages) {
    this.sessions = List.copyOf(sessions);
    this.at = at;
    this.pages = pages;
  }

  /** As many sessions as there are processors to use them, two at least, if that can be had. */
  static FileSnapshot of(Target target) throws SQLException {
    try (WriteLock lock = WriteLock.tryTake(target, WORTH_WAITING)) {
      return of(target, lock);
    }
  }

  /** The same, whose pages can be read as well, if that can be had. */
  static FileSnapshot withPages(Target target) throws Exception {
    try (WriteLock lock = WriteLock.tryTake(target, WORTH_WAITING)) {
      return Opened.orClose(of(target, lock), snapshot -> snapshot.withPages(lock.held()));
    }
  }

  private FileSnapshot withPages(boolean locked) throws Exception {
    Connection own = sessions.get(0);
    return new FileSnapshot(sessions, at, LivePages.of(own, DatabaseFile.of(own), locked));
  }

  /** The state at which the lock holds the database. */
  static FileSnapshot of(Target target, WriteLock lock) throws SQLException {
    int wanted = Math.min(MOST, Math.max(2, Runtime.getRuntime().availableProcessors()));
    List<Connection> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < (lock.held() ? wanted : 1); i++) {
        sessions.add(Sessions.reading(target));
        // A transaction begins to see at its first read, not at BEGIN.
        Queries.number(sessions.get(i), "SELECT count(*) FROM sqlite_schema");
      }
      return new FileSnapshot(sessions, Instant.now(), Optional.empty());
    } catch (SQLException | RuntimeException e) {
      closeAll(sessions);
      throw e;
    }
  }

  /** At least one. */
  List<Connection> sessions() {
    return sessions;
  }

  /** The moment at which it was the latest state. */
  Instant at() {
    return at;
  }

  /** What its sessions see, as it lies in the files; empty where that cannot be told. */
  Optional<LivePages> pages() {
    return pages;
  }

  @Override
  public void close() {
    closeAll(sessions);
  }

  private static void closeAll(List<Connection> sessions) {
    for (Connection session : sessions) {
      try {
        session.close();
      } catch (SQLException e) {
        LOG.debug("a session that only read did not close", e);
      }
    }
  }
}
