package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.DialectSubject;
import dev.gatehouse.core.testkit.engine.VersionMatrix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Files in a directory that is thrown away. */
final class SqliteSubject extends DialectSubject {
  private final Dialect dialect;
  private final Path directory;
  private final String journalMode;
  private final Target target;

  /**
   * @param dialect SQLite's, or one that misbehaves
   */
  SqliteSubject(Dialect dialect, Path directory, String journalMode) throws Exception {
    this.dialect = dialect;
    this.directory = directory.toRealPath();
    this.journalMode = journalMode;
    this.target = another();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      DatabaseMetaData told = connection.getMetaData();
      VersionMatrix.inProcess(
          "SQLite", told.getDatabaseProductVersion(), "sqlite-jdbc " + told.getDriverVersion());
    }
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public Target another() throws Exception {
    Path file = Files.createTempDirectory(directory, "place").resolve("contract.db");
    Databases.with(file, "PRAGMA journal_mode = " + journalMode, "PRAGMA user_version = 1");
    return Target.at("contract", DatabaseFile.url(file), dialect);
  }

  @Override
  public Path scratch() {
    try {
      return Files.createDirectories(directory.resolve("scratch"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Path file(Target target) {
    try {
      return DatabaseFile.of(target);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public List<List<String>> writeAttempts(Target target) {
    Path file = file(target);
    String insert = insert(11, "eleven");
    return List.of(
        List.of("PRAGMA user_version = 7"),
        List.of("PRAGMA query_only = OFF", insert),
        List.of("COMMIT", "PRAGMA query_only = OFF", insert),
        List.of("ROLLBACK", "PRAGMA query_only = 0", "BEGIN IMMEDIATE", insert, "COMMIT"),
        List.of("COMMIT", "ATTACH '" + file + "' AS again", "CREATE TABLE again.more (x)"),
        List.of("COMMIT", "VACUUM INTO '" + file + ".copy'"),
        List.of("PRAGMA writable_schema = ON", "COMMIT", "DELETE FROM sqlite_schema"));
  }

  @Override
  public String longRunning() {
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  }

  /** Somebody restored the directory from a backup: another file lies in the sidecar's place. */
  @Override
  public void loseLease(Target target, Lease lease) throws Exception {
    Path sidecar = Path.of(file(target) + SidecarLease.SUFFIX);
    Path copy = Path.of(sidecar + ".copy");
    Files.write(copy, Copying.withoutDroppingLocks(sidecar));
    Files.move(sidecar, Path.of(sidecar + ".away"));
    Files.move(copy, sidecar);
  }

  @Override
  public List<SQLException> errorsInDoubt() {
    // IOERR, CORRUPT, CANTOPEN, NOMEM
    return codes(10, 11, 14, 7);
  }

  @Override
  public List<SQLException> errorsWithoutEffect() {
    // ERROR, BUSY, LOCKED, READONLY, INTERRUPT, FULL, CONSTRAINT
    return codes(1, 5, 6, 8, 9, 13, 19);
  }

  private static List<SQLException> codes(int... codes) {
    return IntStream.of(codes).mapToObj(code -> new SQLException("?", "", code)).toList();
  }

  @Override
  public List<String> transactionEnds() {
    return List.of("ROLLBACK", "COMMIT", "INSERT OR ROLLBACK INTO " + TABLE + " VALUES (1, 'x')");
  }

  @Override
  public Duration longestWait() {
    return Patience.DEFAULT.plusSeconds(5);
  }

  /** No statement outlives its process, and the lease keeps other processes away. */
  @Override
  public boolean holdsLatches() {
    return false;
  }

  /** A lock on a file is taken from nobody who still exists. */
  @Override
  public boolean replacesHolders() {
    return false;
  }

  /** Also settings in the file, and the files beside it that are no part of the database. */
  @Override
  public String state(Target target) throws Exception {
    Path file = file(target);
    String more;
    try (Connection session = Databases.open(file)) {
      more = Queries.text(session, "PRAGMA user_version");
    }
    try (var files = Files.list(Objects.requireNonNull(file.getParent()))) {
      return super.state(target)
          + more
          + files
              .map(Path::toString)
              .filter(name -> !name.matches(".*-(wal|shm|journal)|.*\\.gatehouse.*"))
              .sorted()
              .toList();
    }
  }
}
