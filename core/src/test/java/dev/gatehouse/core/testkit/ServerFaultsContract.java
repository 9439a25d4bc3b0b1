package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the kit does to a server really happens to it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // JDBC heeds no interrupt
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ServerFaultsContract {
  private static final Duration GENEROUS = Duration.ofSeconds(30);

  /** One of each, for all of these tests: each leaves it as it was. */
  private final Map<EngineUnderTest, OwnServer> own = new HashMap<>();

  private OwnServer own(EngineUnderTest engine) {
    return own.computeIfAbsent(engine, EngineUnderTest::another);
  }

  @AfterAll
  final void close() {
    own.values().forEach(OwnServer::close);
  }

  /** The servers it is shown on. */
  protected abstract List<EngineUnderTest> engines();

  /** What a client sees, as SQLSTATE, when somebody has ended its session. */
  protected abstract List<String> statesOfAnEndedSession(EngineUnderTest engine);

  /** A query that takes far longer than a test. */
  protected abstract String sleep();

  private static void makeTable(TestDatabase database) throws SQLException {
    database.run("CREATE TABLE kept (id int PRIMARY KEY)");
    database.run("INSERT INTO kept VALUES (1)");
  }

  private static Connection inTransaction(TestDatabase database) throws SQLException {
    Connection connection = database.connect();
    connection.setAutoCommit(false);
    Sql.run(connection, "INSERT INTO kept VALUES (2)");
    return connection;
  }

  /** Also whether a transaction still holds the row: then this one waits for it. */
  private static void requireRolledBack(TestDatabase database) throws SQLException {
    assertThat(database.one("SELECT count(*) FROM kept")).isEqualTo("1");
    database.run("INSERT INTO kept VALUES (2)");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_frozen_server_answers_nobody_until_it_is_thawed(EngineUnderTest engine) throws Exception {
    OwnServer server = own(engine);
    try (TestDatabase database = server.database();
        Connection open = database.connect()) {
      server.freeze();
      Beside query = Beside.start(() -> Sql.run(open, "SELECT 1"));
      Beside login = Beside.start(() -> database.connect().close());
      assertThat(query.endsWithin(Duration.ofMillis(300))).isFalse();
      assertThat(login.endsWithin(Duration.ofMillis(1))).isFalse();
      server.thaw();
      assertThat(query.end("a query of a thawed server", GENEROUS)).isEmpty();
      assertThat(login.end("a login to a thawed server", GENEROUS)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_crashed_server_comes_back_with_what_was_committed(EngineUnderTest engine)
      throws Exception {
    comesBack(engine, OwnServer::crash);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_restarted_server_comes_back_with_what_was_committed(EngineUnderTest engine)
      throws Exception {
    comesBack(engine, OwnServer::restart);
  }

  @FunctionalInterface
  private interface Fault {
    void befalls(OwnServer server) throws Exception;
  }

  private void comesBack(EngineUnderTest engine, Fault fault) throws Exception {
    OwnServer server = own(engine);
    try (TestDatabase database = server.database()) {
      makeTable(database);
      String address = database.jdbcUrl();
      try (Connection open = inTransaction(database)) {
        fault.befalls(server);
        assertThatThrownBy(() -> Sql.run(open, "SELECT 1")).isInstanceOf(SQLException.class);
        assertThat(open.isValid(1)).isFalse();
      }
      assertThat(database.jdbcUrl()).isEqualTo(address);
      requireRolledBack(database);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_ended_session_loses_its_transaction_and_is_told(EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database()) {
      makeTable(database);
      try (Connection open = inTransaction(database)) {
        database.endSession(database.session(open));
        requireRolledBack(database);
        requireTold(engine, () -> Sql.run(open, "SELECT 1"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_session_is_ended_in_the_middle_of_a_statement(EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database();
        Connection open = database.connect()) {
      long session = database.session(open);
      Beside statement = Beside.start(() -> Sql.run(open, sleep()));
      assertThat(statement.endsWithin(Duration.ofMillis(300))).isFalse();
      database.endSession(session);
      Throwable told = statement.end("a statement of an ended session", GENEROUS).orElseThrow();
      requireTold(
          engine,
          () -> {
            throw told;
          });
    }
  }

  private void requireTold(EngineUnderTest engine, ThrowingCallable statement) {
    assertThatThrownBy(statement)
        .isInstanceOfSatisfying(
            SQLException.class,
            told -> assertThat(told.getSQLState()).isIn(statesOfAnEndedSession(engine)));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void ending_a_session_nobody_has_is_an_error_and_not_a_fault_that_never_happened(
      EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database()) {
      long gone;
      try (Connection connection = database.connect()) {
        gone = database.session(connection);
        database.endSession(gone);
      }
      assertThatThrownBy(() -> database.endSession(gone))
          .hasMessageMatching("(?i).*(was not there|unknown thread).*");
    }
  }
}
