package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Opens copies that nobody else uses: nothing is written, no sidecar appears beside them. */
final class Copies {
  private Copies() {}

  static Connection open(Path copy, Optional<ConnectionCustomizer> application)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("open_mode", "1");
    properties.setProperty("limit_attached", "0");
    Connection connection = DriverManager.getConnection(DatabaseFile.immutable(copy), properties);
    try {
      Sessions.prepare(connection, application);
      Queries.run(connection, "PRAGMA query_only = ON");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** The content of a copy, read as the recorded one was. */
  static Content contentAs(
      Content recorded, Path copy, Optional<ConnectionCustomizer> application, Progress progress)
      throws Exception {
    return PagedContent.pagesOf(recorded).isPresent()
        ? PagedContent.of(copy, application, progress)
        : content(copy, application, progress);
  }

  /** The content of a copy, row by row, read by as many connections as there are processors. */
  static Content content(Path copy, Optional<ConnectionCustomizer> application, Progress progress)
      throws Exception {
    List<Connection> connections = new ArrayList<>();
    try {
      int wanted = Math.min(4, Runtime.getRuntime().availableProcessors());
      for (int i = 0; i < wanted; i++) {
        connections.add(open(copy, application));
      }
      return ContentReader.read(connections, progress);
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  /**
   * Lets the engine look for damage, and tells what it could not look at.
   *
   * @param pragma quick_check or integrity_check
   * @throws StepFailed when it finds some
   */
  static void requireSound(Connection connection, Path copy, String pragma, Progress progress)
      throws SQLException {
    Soundness soundness = Soundness.of(connection, pragma);
    if (!soundness.damage().isEmpty()) {
      throw new StepFailed(
          Finding.of("copy.damaged", "the copy is damaged")
              .withExpected("PRAGMA " + pragma + " answers ok")
              .withFound(String.join("; ", soundness.damage()) + " in '" + copy + "'")
              .withFix("use another backup; do not restore this one"));
    }
    if (!soundness.unchecked().isEmpty()) {
      progress.noticed(
          SqliteChecks.unchecked(
              "rows are compared, indexes are not looked at for damage", pragma, soundness));
    }
  }
}
