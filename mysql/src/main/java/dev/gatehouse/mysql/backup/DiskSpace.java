package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Room for a second copy of a database where its server keeps it. No SQL tells that but MariaDB's
 * plugin DISKS; else it is measured here, where the server's own files are seen to move with it.
 *
 * @param needed in bytes, by the engines' own estimate and a third more
 * @param free in bytes; empty where nobody tells
 * @param how it was measured, or why not
 */
public record DiskSpace(long needed, OptionalLong free, String how) {
  private static final String SIZE =
      "SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables"
          + " WHERE table_schema = DATABASE()";

  private static final String DISKS =
      "SELECT path, available FROM information_schema.disks ORDER BY LENGTH(path) DESC";

  private static final String PLUGIN =
      "SELECT 1 FROM information_schema.plugins WHERE plugin_name = 'DISKS' AND plugin_status ="
          + " 'ACTIVE'";

  private static final String NOBODY =
      "the server's files are not seen here, and it has no plugin DISKS that this account may ask";

  /**
   * Whether the server has room for a second copy of the target, as a restore and a drill make one.
   * Inconclusive where that cannot be measured: the server is on another host, its files may not be
   * read here, or its log does not show that they are its own.
   *
   * <p>Needs REPLICATION CLIENT (MariaDB: BINLOG MONITOR) and to read the server's directories, or
   * FILE and MariaDB's plugin DISKS.
   */
  public static NamedCheck check() {
    NamedCheck.Planning planning =
        reading -> List.of("sizes of the tables, and room in the server's data directory");
    return NamedCheck.of(
        "there is room for a restore", planning.onlyOn("MySQL or MariaDB"), DiskSpace::look);
  }

  private static Outcome look(CheckContext reading) throws SQLException {
    DiskSpace space;
    try (Connection session = Sessions.writing(reading.target())) {
      space = needed(session).measured(session);
    }
    if (space.free().isEmpty()) {
      return Outcome.inconclusive(
          Finding.of("restore.space-unknown", "nobody tells how much room the server has")
              .withExpected(space.needed() + " bytes in its data directory")
              .withFound(space.how())
              .withFix("look with df on the server; INSTALL SONAME 'disks' on MariaDB"));
    }
    return space.isTooSmall()
        ? Outcome.failed(space.finding(), reading.evidence().with("measured", space.how()))
        : Outcome.passed(
            reading
                .evidence()
                .with("needed", space.needed())
                .with("free", space.free().getAsLong())
                .with("measured", space.how()));
  }

  /** For a second copy of the database of that session; nothing is measured yet. */
  static DiskSpace needed(Connection session) throws SQLException {
    if (Queries.exists(session, "SHOW VARIABLES LIKE 'information_schema_stats_expiry'")) {
      Queries.run(session, "SET SESSION information_schema_stats_expiry = 0");
    }
    long size = Long.parseLong(Queries.one(session, SIZE));
    return new DiskSpace(size / 10 * 13, OptionalLong.empty(), NOBODY);
  }

  DiskSpace atLeast(long bytes) {
    return new DiskSpace(Math.max(needed, bytes / 10 * 13), free, how);
  }

  /** On the server of that session. */
  DiskSpace measured(Connection session) throws SQLException {
    Path data = Path.of(Queries.one(session, "SELECT @@GLOBAL.datadir"));
    try {
      if (Queries.exists(session, PLUGIN)) {
        for (Row disk : Queries.rows(session, DISKS, Function.identity())) {
          if (data.startsWith(disk.text("path"))) {
            long free = disk.number("available") * 1024;
            return new DiskSpace(needed, OptionalLong.of(free), "by the server's plugin DISKS");
          }
        }
      }
      return isHere(session)
          ? new DiskSpace(
              needed, OptionalLong.of(Files.getFileStore(data).getUsableSpace()), "in " + data)
          : this;
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return this;
      }
      throw e;
    } catch (IOException e) {
      return new DiskSpace(needed, OptionalLong.empty(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Another server's directory may have the same name here: its log does not end where ours does.
   */
  private static boolean isHere(Connection session) throws SQLException {
    String base = Queries.one(session, "SELECT COALESCE(@@GLOBAL.log_bin_basename, '')");
    Path directory = base.isEmpty() ? null : Path.of(base).getParent();
    if (directory == null || !Files.isReadable(directory)) {
      return false;
    }
    return Poll.every(Duration.ofMillis(20))
        .until(Duration.ofMillis(500), () -> endsHere(session, directory));
  }

  private static boolean endsHere(Connection session, Path directory) throws SQLException {
    String end = Products.of(session).logEndQuestion();
    Row last = Queries.rows(session, end, Function.identity()).get(0);
    Path file = directory.resolve(last.text("File"));
    try {
      return Files.isRegularFile(file) && Files.size(file) == last.number("Position");
    } catch (IOException e) {
      return false;
    }
  }

  /** Of a backup, in a database of its own. */
  static DiskSpace of(Artifact artifact) {
    return new DiskSpace(0, OptionalLong.empty(), NOBODY).atLeast(artifact.manifest().rawBytes());
  }

  boolean isTooSmall() {
    return free.isPresent() && free.getAsLong() < needed;
  }

  Finding finding() {
    return Finding.of("restore.space", "the server has no room for a second copy")
        .withExpected(needed + " bytes, by the sizes of tables and indexes and a third more")
        .withFound(free.orElse(0) + " bytes free, " + how)
        .withFix(
            "make room on the server, such as by dropping gatehouse_old_... that nobody needs");
  }

  /** For a plan; bytes that are free differ from plan to plan. */
  String line() {
    return "room for a second copy: needs "
        + needed
        + " bytes, "
        + (free.isPresent() ? free.getAsLong() + " are free, " + how : "unknown: " + how);
  }
}
