package dev.gatehouse.sqlite;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/** The questions behind {@link Sqlite}'s checks. */
final class SqliteChecks {
  static final String GIVE =
      "give them: Sqlite.file(\"name\", Path.of(\"...\"), connection -> {create the functions and"
          + " collations})";

  private SqliteChecks() {}

  static Outcome integrity(CheckContext reading) throws SQLException {
    Connection connection = reading.connection();
    Evidence evidence =
        reading
            .evidence()
            .with("file", DatabaseFile.of(connection))
            .with("sqlite", Products.version(connection));
    Soundness soundness = Soundness.of(connection, "integrity_check");
    if (!soundness.damage().isEmpty()) {
      return Outcome.failed(
          Finding.of("sqlite.damaged", "SQLite finds the database damaged")
              .withExpected("ok")
              .withFound(String.join("\n", soundness.damage()))
              .withFix("stop the application and restore the latest proved backup"),
          evidence);
    }
    return soundness.unchecked().isEmpty()
        ? Outcome.passed(
            evidence
                .with("integrity_check", "ok")
                .with("CHECK constraints", "not looked at: a session that cannot write skips them"))
        : Outcome.inconclusive(
            unchecked("SQLite cannot look at all of it", "integrity_check", soundness));
  }

  /** What could not be looked at without the application's functions and collating sequences. */
  static Finding unchecked(String headline, String pragma, Soundness soundness) {
    return Finding.of("sqlite.unchecked", headline)
        .withExpected("PRAGMA " + pragma + " over every table")
        .withFound("not checked: " + String.join("\n", soundness.unchecked()))
        .withFix(GIVE);
  }

  static Outcome foreignKeys(CheckContext reading) throws SQLException {
    Connection connection = reading.connection();
    long declared =
        Queries.number(
            connection,
            "SELECT count(*) FROM sqlite_schema AS t, pragma_foreign_key_list(t.name)"
                + " WHERE t.type = 'table'");
    if (declared == 0) {
      return Outcome.inconclusive(
          Finding.of("sqlite.no-foreign-keys", "there is no foreign key to check")
              .withExpected("at least one table with REFERENCES")
              .withFound("none")
              .withFix("remove this step, or declare the references"));
    }
    List<String> orphans =
        Queries.texts(
            connection,
            "SELECT count(*) || ' rows of ' || \"table\" || ' refer to missing rows of ' || parent"
                + " FROM pragma_foreign_key_check GROUP BY \"table\", parent ORDER BY 1");
    Evidence evidence = reading.evidence().with("foreign keys", declared);
    return orphans.isEmpty()
        ? Outcome.passed(evidence)
        : Outcome.failed(
            Finding.of("sqlite.orphans", "rows refer to rows that do not exist")
                .withExpected("every reference leads to a row")
                .withFound(String.join("\n", orphans))
                .withFix("PRAGMA foreign_key_check; lists each; delete or correct them"),
            evidence);
  }

  static Outcome readOnlyAccess(CheckContext reading) throws SQLException, IOException {
    Connection connection = reading.connection();
    Path file = DatabaseFile.of(connection);
    Path directory = Objects.requireNonNull(file.getParent());
    Evidence evidence =
        reading
            .evidence()
            .with("file", file)
            .with("file mode", mode(file))
            .with("directory mode", mode(directory));
    if (Sessions.canWrite(connection)) {
      return failed(evidence, "a session that can write", "open it by Dialect.openReading");
    }
    for (Path path : List.of(file, directory)) {
      if (mode(path).charAt(7) == 'w') {
        return failed(evidence, "everybody may write '" + path + "'", "chmod o-w '" + path + "'");
      }
    }
    return Outcome.passed(evidence);
  }

  private static Outcome failed(Evidence evidence, String found, String fix) {
    return Outcome.failed(
        Finding.of("sqlite.not-read-only", "access is not for reading only")
            .withExpected("a session that refuses to write, files that others may not write")
            .withFound(found)
            .withFix(fix),
        evidence);
  }

  /** Such as {@code rw-r-----}; a system without modes shows dashes. */
  private static String mode(Path path) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
        : "---------";
  }
}
