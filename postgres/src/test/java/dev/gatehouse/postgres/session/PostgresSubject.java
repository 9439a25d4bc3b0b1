package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.DialectSubject;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.backup.Dumps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Databases of a real server, dropped at the end. */
final class PostgresSubject extends DialectSubject {
  /** How long an effect waits for the latch of another: the contract sees it give up. */
  private static final Duration PATIENCE = Duration.ofMillis(600);

  private final EngineUnderTest engine;
  private final Path directory;
  private final Path reachable;
  private final List<TestDatabase> databases = new ArrayList<>();
  private final Target target;

  PostgresSubject(EngineUnderTest engine, Path directory) throws Exception {
    this.engine = engine;
    this.directory = directory;
    // the server may run as somebody else, and writes where everybody may
    this.reachable = Files.createTempDirectory("gatehouse-reachable");
    Files.setPosixFilePermissions(reachable, PosixFilePermissions.fromString("rwxrwxrwx"));
    this.target = another();
  }

  @Override
  public Dialect dialect() {
    return Targets.dialect(Dumps.tools(engine), PATIENCE);
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public Target another() {
    TestDatabase database = engine.database();
    databases.add(database);
    return Target.at(
        "contract", database.jdbcUrl(), database.account(), database.secret(), dialect());
  }

  @Override
  public Scratch drillIn(Path empty) {
    return new Scratch.OnServer(target);
  }

  @Override
  public Path scratch() {
    return directory;
  }

  @Override
  public List<List<String>> writeAttempts(Target target) {
    String insert = insert(11, "eleven");
    return List.of(
        List.of("SET TRANSACTION READ WRITE", insert),
        List.of("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", "COMMIT", insert),
        List.of("SELECT 1; /* c; /* d */ */ -- e\n commit; " + insert + "; SELECT 1"),
        List.of("ROLLBACK WORK AND CHAIN", "SET TRANSACTION READ WRITE", insert, "COMMIT"),
        List.of("DO $$ BEGIN COMMIT; " + insert + "; END $$"),
        List.of("SELECT lo_from_bytea(0, 'object')", "COMMIT"),
        List.of("ALTER DATABASE " + database(target) + " SET work_mem = '5MB'"),
        List.of("COPY (SELECT 1) TO PROGRAM 'touch " + reachable.resolve("made") + "'"));
  }

  private String database(Target target) {
    return databases.stream()
        .filter(known -> target.coordinates().orElseThrow().jdbcUrl().equals(known.jdbcUrl()))
        .findFirst()
        .orElseThrow()
        .name();
  }

  @Override
  public String longRunning() {
    return "SELECT pg_sleep(120)";
  }

  @Override
  public void loseLease(Target target, Lease lease) throws Exception {
    try (Connection admin = databases.get(0).connect()) {
      one(
          admin,
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE " + Latch.holds(Latch.LEASE));
    }
  }

  @Override
  public List<SQLException> errorsInDoubt() {
    return states("08000", "08003", "08006", "57P01", "57P02", "57P05", "58030", "XX000", "40003");
  }

  @Override
  public List<SQLException> errorsWithoutEffect() {
    return states("23505", "42P01", "40001", "40P01", "55P03", "57014", "53100", "25P02", "P0001");
  }

  private static List<SQLException> states(String... states) {
    return Stream.of(states).map(state -> new SQLException("?", state)).toList();
  }

  @Override
  public List<String> transactionEnds() {
    return List.of("ROLLBACK", "COMMIT", "COMMIT AND CHAIN", "ROLLBACK AND CHAIN", "COMMIT; BEGIN");
  }

  /** Also large objects, settings of the database, and files that the server can write. */
  @Override
  public String state(Target target) throws Exception {
    String state = super.state(target);
    try (Connection session = dialect().openWriting(target);
        Stream<Path> files = Files.list(reachable)) {
      return state
          + one(session, "SELECT count(*) FROM pg_largeobject_metadata")
          + one(session, "SELECT count(*) FROM pg_db_role_setting")
          + files.map(Path::getFileName).map(String::valueOf).sorted().toList();
    } finally {
      clear();
    }
  }

  /** Each state is of what was written since the one before. */
  private void clear() throws IOException {
    try (Stream<Path> files = Files.list(reachable)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  @Override
  public void close() {
    databases.forEach(TestDatabase::close);
    try {
      clear();
      Files.delete(reachable);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
