package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.DialectSubject;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Databases of a real server, dropped at the end. */
final class MySqlSubject extends DialectSubject {
  /** How long an effect waits for the latch of another: the contract sees it give up. */
  private static final Duration PATIENCE = Duration.ofMillis(600);

  static final String LONG_RUNNING =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
          + " SELECT COUNT(*) FROM n a, n b, n c, n d WHERE SQRT(a.i + b.i + c.i + d.i) < 0";

  private final Served served;
  private final Path directory;
  private final List<TestDatabase> databases = new ArrayList<>();
  private final Target target;

  MySqlSubject(Served served, Path directory) {
    this.served = served;
    this.directory = directory;
    this.target = another();
  }

  @Override
  public Dialect dialect() {
    return Targets.dialect(PATIENCE);
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public Target another() {
    TestDatabase database = served.engine().database();
    databases.add(database);
    return Target.at(
        "contract",
        database.jdbcUrl(served.driver()),
        database.account(),
        database.secret(),
        dialect());
  }

  /** On the server of the target, and nowhere else. */
  @Override
  public Scratch drillIn(Path place) {
    return new Scratch.OnServer(target);
  }

  @Override
  public Path scratch() {
    return directory;
  }

  @Override
  public boolean readsOneState() {
    return false;
  }

  @Override
  public List<List<String>> writeAttempts(Target target) {
    String insert = insert(11, "eleven");
    return List.of(
        List.of("SET SESSION TRANSACTION READ WRITE", insert),
        List.of("SET TRANSACTION READ WRITE", insert),
        List.of("START TRANSACTION READ WRITE", insert, "COMMIT"),
        List.of("/*!50000 " + insert + " */"),
        List.of("PREPARE s FROM '" + insert.replace("'", "''") + "'", "EXECUTE s"),
        List.of("TRUNCATE TABLE " + TABLE),
        List.of("HANDLER " + TABLE + " OPEN", "HANDLER " + TABLE + " CLOSE", insert));
  }

  /** No transaction holds a table here, so each takes its time. */
  @Override
  public int names() {
    return Boolean.getBoolean("engines.every") ? super.names() : 150;
  }

  @Override
  public String longRunning() {
    return LONG_RUNNING;
  }

  @Override
  public void loseLease(Target target, Lease lease) throws Exception {
    try (Connection admin = databases.get(0).connect();
        Connection asking = dialect().openReading(target)) {
      long id = ServerLock.lease(SessionConnection.of(asking).database()).holder(admin).getAsLong();
      databases.get(0).endSession(id);
    }
  }

  @Override
  public List<SQLException> errorsInDoubt() {
    return codes(0, 1053, 1180, 1317, 1598, 1927, 1969, 2006, 2013, 3024, 3100);
  }

  @Override
  public List<SQLException> errorsWithoutEffect() {
    return codes(1062, 1064, 1142, 1146, 1205, 1213, 1364, 1406, 1451, 1452, 1792);
  }

  private static List<SQLException> codes(Integer... codes) {
    return Stream.of(codes).map(code -> new SQLException("?", "HY000", code)).toList();
  }

  @Override
  public List<String> transactionEnds() {
    return List.of(
        "ROLLBACK",
        "COMMIT",
        "COMMIT AND CHAIN",
        "ROLLBACK AND CHAIN",
        "START TRANSACTION",
        "CREATE TABLE contract_ends (id INT)",
        "/*!50000 COMMIT */",
        "SET autocommit = 1",
        "DO RELEASE_ALL_LOCKS()");
  }

  /** Names that these servers keep as they were written have no blank at their end. */
  @Override
  public String state(Target target) throws Exception {
    try (Connection admin = databases.get(0).connect()) {
      return super.state(target) + Sql.one(admin, "SELECT @@GLOBAL.max_connections");
    }
  }

  @Override
  public void close() {
    databases.forEach(TestDatabase::close);
  }
}
