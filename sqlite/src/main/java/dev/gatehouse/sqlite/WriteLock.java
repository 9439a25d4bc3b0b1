package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Target;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Keeps everybody from committing, for moments, without writing anything. */
final class WriteLock implements AutoCloseable {
  private final Optional<Connection> session;

  private WriteLock(Optional<Connection> session) {
    this.session = session;
  }

  /** Held, if nobody kept it busy and the file may be written at all. */
  static WriteLock tryTake(Target target, Duration patience) throws SQLException {
    Connection session;
    try {
      session = Sessions.writing(target);
    } catch (SQLException e) {
      return new WriteLock(Optional.empty());
    }
    try {
      Patience.run(session, "BEGIN IMMEDIATE", patience);
      // On a file that may not be written SQLite begins a read transaction and says nothing.
      if (Files.isWritable(DatabaseFile.of(session))) {
        return new WriteLock(Optional.of(session));
      }
      session.close();
      return new WriteLock(Optional.empty());
    } catch (SQLException e) {
      session.close();
      return new WriteLock(Optional.empty());
    }
  }

  boolean held() {
    return session.isPresent();
  }

  /** Lets others commit again. Doing so twice does nothing. */
  void release() throws SQLException {
    if (session.isPresent()) {
      session.get().close();
    }
  }

  @Override
  public void close() throws SQLException {
    release();
  }
}
