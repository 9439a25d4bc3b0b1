package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What stands in the way of a backup or a restore and can be seen without touching anything. */
final class Preflight {
  private Preflight() {}

  /**
   * Looks at everything first.
   *
   * @throws Refusal with everything found, so that it can be mended in one go
   */
  static void check(Target target) {
    DatabaseFile.refuseLink(target);
    List<Finding> findings = new ArrayList<>();
    try (Connection session = Sessions.reading(target)) {
      Products.identify(session);
      Path database = DatabaseFile.of(session);
      Path directory = Objects.requireNonNull(database.getParent());
      attached(session, findings);
      if (!Files.isWritable(directory)) {
        findings.add(
            Finding.of("sqlite.directory", "the database's directory may not be written")
                .withExpected("a directory for the lease, and for the file that a restore stages")
                .withFound("'" + directory + "' without write permission")
                .withFix("chmod u+w '" + directory + "'"));
      }
      space(session, directory, findings);
    } catch (SQLException | IOException e) {
      findings.add(
          Finding.of("sqlite.unreadable", "the database cannot be read")
              .withExpected("a database that answers")
              .withFound(String.valueOf(e.getMessage()))
              .withFix("sqlite3 '/path/to/" + target + "' 'PRAGMA integrity_check'"));
    }
    if (!findings.isEmpty()) {
      throw Refusal.of(findings);
    }
  }

  private static void attached(Connection session, List<Finding> findings) throws SQLException {
    List<String> others =
        Queries.texts(
            session, "SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp')");
    if (!others.isEmpty()) {
      findings.add(
          Finding.of("sqlite.attached", "the connection has other databases attached")
              .withExpected("one database: a backup holds only main")
              .withFound(String.join(", ", others))
              .withFix("make a target of each file: Sqlite.file(\"name\", Path.of(\"...\"))"));
    }
  }

  private static void space(Connection session, Path directory, List<Finding> findings)
      throws SQLException, IOException {
    long size =
        Queries.number(session, "PRAGMA page_size") * Queries.number(session, "PRAGMA page_count");
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < size) {
      findings.add(
          Finding.of("sqlite.disk-space", "there is no room for a second copy")
              .withExpected(size + " bytes in '" + directory + "', which a restore stages there")
              .withFound(free + " bytes")
              .withFix("df -h '" + directory + "'"));
    }
  }
}
