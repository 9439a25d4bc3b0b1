package dev.gatehouse.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;

/** What an application leaves that is killed before its write-ahead log was emptied. */
final class LeftLog {
  private final Path file;
  private final byte[] main;
  private final byte[] log;

  private LeftLog(Path file, byte[] main, byte[] log) {
    this.file = file;
    this.main = main;
    this.log = log;
  }

  /** Executes the statement so that its effect is in the log alone. */
  static LeftLog of(Path file, String statement) throws Exception {
    try (Connection application = Databases.open(file)) {
      Queries.run(application, "PRAGMA wal_autocheckpoint = 0");
      Queries.run(application, "PRAGMA wal_checkpoint(TRUNCATE)");
      byte[] main = Copying.withoutDroppingLocks(file);
      Queries.run(application, statement);
      Path log = Path.of(file + "-wal");
      return new LeftLog(
          file, main, Files.exists(log) ? Copying.withoutDroppingLocks(log) : new byte[0]);
    }
  }

  /** Puts both back as they were at that moment; nobody may have the file open. */
  void lieBeside() throws Exception {
    Files.write(file, main);
    Files.write(Path.of(file + "-wal"), log);
    Files.deleteIfExists(Path.of(file + "-shm"));
  }
}
