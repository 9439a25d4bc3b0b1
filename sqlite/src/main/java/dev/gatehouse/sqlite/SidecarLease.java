package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Concurrency.Past;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The lease of a file: an open write transaction in a small database beside it. The operating
 * system releases it when its holder dies, and no clock is involved. Losers can read who holds it,
 * because a write lock that has not begun to commit lets readers in.
 */
final class SidecarLease implements Lease {
  static final String SUFFIX = ".gatehouse";

  /** Rides out another contender's short write, so that the loser is told of the right holder. */
  private static final Duration CONTENDING = Duration.ofMillis(500);

  private static final Duration WRITING = Duration.ofSeconds(5);

  /** Who holds it, since when, with which epoch. */
  private record Entry(long epoch, String holder, String since) {
    static final Entry NONE = new Entry(0, "somebody who has not written a name yet", "just now");
  }

  private final Path sidecar;
  private final Connection connection;
  private final Object inode;
  private final long epoch;

  private SidecarLease(Path sidecar, Connection connection, Object inode, long epoch) {
    this.sidecar = sidecar;
    this.connection = connection;
    this.inode = inode;
    this.epoch = epoch;
  }

  static SidecarLease take(Path database, String holder) throws SQLException {
    Path sidecar = database.resolveSibling(database.getFileName() + SUFFIX);
    return Opened.orClose(open(sidecar), connection -> signed(sidecar, connection, holder));
  }

  /**
   * Tries the lock for a moment and takes nothing. A file that this process may not write says
   * nothing of its holder.
   */
  static Past past(Path database, long markers) throws SQLException {
    Path sidecar = database.resolveSibling(database.getFileName() + SUFFIX);
    if (!Files.exists(sidecar, LinkOption.NOFOLLOW_LINKS)) {
      return new Past(0, false, markers);
    }
    if (Files.isSymbolicLink(sidecar) || !Files.isWritable(sidecar)) {
      return new Past(-1, true, markers);
    }
    try (Connection connection = connect(sidecar)) {
      boolean held = false;
      try {
        Queries.run(connection, "PRAGMA busy_timeout = 0");
        Queries.run(connection, "BEGIN IMMEDIATE");
      } catch (SQLException e) {
        if (!ResultCodes.busy(e)) {
          throw e;
        }
        held = true;
        Queries.run(connection, "PRAGMA busy_timeout = 1000");
      }
      long epoch = read(connection).epoch();
      if (!held) {
        Queries.run(connection, "ROLLBACK");
      }
      return new Past(epoch, held, markers);
    }
  }

  private static SidecarLease signed(Path sidecar, Connection connection, String holder)
      throws SQLException {
    Object inode = inode(sidecar);
    lock(connection, sidecar);
    long epoch = read(connection).epoch() + 1;
    write(connection, new Entry(epoch, holder, Instant.now().toString()));
    Patience.run(connection, "COMMIT", WRITING);
    lock(connection, sidecar);
    Entry now = read(connection);
    if (now.epoch() != epoch) {
      throw held(sidecar, now);
    }
    return new SidecarLease(sidecar, connection, inode, epoch);
  }

  @Override
  public long epoch() {
    return epoch;
  }

  /** Nobody is replaced here: see {@link #unreplaceable}. */
  @Override
  public Optional<String> replaced() {
    return Optional.empty();
  }

  /** The locks that a process has on a file are its sign of life. */
  @Override
  public boolean beat() {
    return true;
  }

  /**
   * The lease is a lock on a file. The system takes it from a process that has ended, and from no
   * other, however long it has been stopped.
   */
  static Refusal unreplaceable(Target target) {
    return new Refusal(
        Finding.of("lease.unreplaceable", "SQLite cannot replace a holder that is stopped")
            .withExpected("for '" + target.name() + "' a runner without takingOverAfter(...)")
            .withFound(
                "the lease is a lock on a file, which nobody can take from a process that still"
                    + " exists")
            .withFix(
                "leave takingOverAfter(...) out; end a process that is stopped (kill -9), and its"
                    + " lease ends with it"));
  }

  /**
   * Asks the file anew: the held transaction would go on telling what it once read even after its
   * locks were lost (any close of the file by this process drops them).
   */
  @Override
  public synchronized void verify() {
    String lost;
    try {
      if (connection.isClosed()) {
        lost = "it was given back";
      } else if (!inode.equals(inode(sidecar))) {
        lost = "'" + sidecar + "' was replaced";
      } else {
        Entry mine = read(connection);
        Entry now;
        try (Connection fresh = connect(sidecar)) {
          now = read(fresh);
        }
        if (mine.epoch() == epoch && now.epoch() == epoch) {
          return;
        }
        lost = "epoch " + now.epoch() + " is held by " + now.holder() + " since " + now.since();
      }
    } catch (SQLException e) {
      lost = "it cannot be read: " + e.getMessage();
    }
    throw new Refusal(
        Finding.of("lease.lost", "the lease of '" + sidecar + "' is not held any more")
            .withExpected("epoch " + epoch + ", held by this run")
            .withFound(lost)
            .withFix("have no further effect; resume the run, which takes a new lease"));
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // SQLite has released the lock or lost the file; either way nothing is held.
      return;
    }
  }

  @Override
  public String toString() {
    return "lease " + epoch + " of " + sidecar;
  }

  /** One at a time within the process: see {@link DatabaseFile} on closing files. */
  private static synchronized Connection open(Path sidecar) throws SQLException {
    if (Files.isSymbolicLink(sidecar)) {
      throw new Refusal(
          Finding.of("lease.symbolic-link", "'" + sidecar + "' is a symbolic link")
              .withExpected("a file of its own, made by Gatehouse")
              .withFound("a link")
              .withFix("rm '" + sidecar + "'"));
    }
    try {
      PrivateFiles.create(sidecar);
    } catch (FileAlreadyExistsException e) {
      return connect(sidecar);
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("lease.cannot-create", "'" + sidecar + "' cannot be created")
              .withExpected("a directory in which this process may create files")
              .withFound(e.toString())
              .withFix("ls -ld '" + sidecar.getParent() + "'"),
          e);
    }
    return connect(sidecar);
  }

  private static Connection connect(Path sidecar) throws SQLException {
    Properties properties = new Properties();
    // SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW
    properties.setProperty("open_mode", String.valueOf(2 | 0x0100_0000));
    properties.setProperty("busy_timeout", "1000");
    return DriverManager.getConnection(DatabaseFile.url(sidecar), properties);
  }

  private static Object inode(Path sidecar) throws SQLException {
    try {
      @Nullable Object key =
          Files.readAttributes(sidecar, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .fileKey();
      return key == null ? "no inodes here" : key;
    } catch (IOException e) {
      throw new SQLException("cannot read the attributes of " + sidecar, e);
    }
  }

  private static void lock(Connection connection, Path sidecar) throws SQLException {
    try {
      Patience.run(connection, "BEGIN IMMEDIATE", CONTENDING);
    } catch (SQLException e) {
      if (ResultCodes.busy(e)) {
        throw held(sidecar, read(connection));
      }
      throw e;
    }
  }

  private static Entry read(Connection connection) throws SQLException {
    if (Queries.maybe(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'lease'").isEmpty()) {
      return Entry.NONE;
    }
    try (PreparedStatement select =
            connection.prepareStatement("SELECT epoch, holder, since FROM lease WHERE one = 1");
        ResultSet rows = select.executeQuery()) {
      return rows.next()
          ? new Entry(rows.getLong(1), rows.getString(2), rows.getString(3))
          : Entry.NONE;
    }
  }

  private static void write(Connection connection, Entry entry) throws SQLException {
    Queries.run(
        connection,
        "CREATE TABLE IF NOT EXISTS lease (one INTEGER PRIMARY KEY CHECK (one = 1),"
            + " epoch INTEGER NOT NULL, holder TEXT NOT NULL, since TEXT NOT NULL)");
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO lease (one, epoch, holder, since) VALUES (1, ?, ?, ?)")) {
      insert.setLong(1, entry.epoch());
      insert.setString(2, entry.holder());
      insert.setString(3, entry.since());
      insert.executeUpdate();
    }
  }

  private static Refusal held(Path sidecar, Entry entry) {
    return new Refusal(
        Finding.of("lease.held", "another run holds the lease")
            .withExpected("nobody else at work on the database beside '" + sidecar + "'")
            .withFound(
                entry.holder() + ", since " + entry.since() + ", with epoch " + entry.epoch())
            .withFix(
                "wait until it has ended, or end that process; its lease ends with it. Of runs that"
                    + " begin at the same moment all may give way: when none is at work, plan and"
                    + " run again"));
  }
}
