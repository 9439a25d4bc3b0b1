package dev.gatehouse.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;

/** What a process leaves that is killed in the middle of a large transaction. */
final class HotJournal {
  private HotJournal() {}

  static void leaveBeside(Path file) throws Exception {
    Path journal = Path.of(file + "-journal");
    byte[] half;
    byte[] rollback;
    try (Connection connection = Databases.open(file)) {
      Queries.run(connection, "PRAGMA cache_size = 1");
      Queries.run(connection, "BEGIN");
      Queries.run(
          connection,
          "INSERT INTO customer (name) SELECT hex(randomblob(1500)) FROM customer LIMIT 100");
      half = Copying.withoutDroppingLocks(file);
      rollback = Copying.withoutDroppingLocks(journal);
    }
    Files.write(file, half);
    Files.write(journal, rollback);
  }
}
