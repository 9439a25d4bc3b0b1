package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the contract leaves to the product: its own ways out of a transaction. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class ReadingSessionTest {
  private static final String INSERT = "INSERT INTO item VALUES (2)";

  @Parameter EngineUnderTest engine = EngineUnderTest.onePostgres(ReadingSessionTest.class);

  private TestDatabase database = engine.database();
  private Path reachable = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(ReadingSessionTest.class);
  }

  @BeforeEach
  void items() throws Exception {
    database.close();
    database = engine.database();
    // the server may run as somebody else, and writes where everybody may
    reachable = Files.createTempDirectory("gatehouse-reachable");
    Files.setPosixFilePermissions(reachable, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (Connection admin = database.connect()) {
      Queries.run(admin, "CREATE TABLE item AS SELECT 1 AS id");
      Queries.run(admin, "CREATE PROCEDURE add() LANGUAGE sql AS 'INSERT INTO item VALUES (2)'");
      Queries.run(
          admin,
          "CREATE PROCEDURE leave() LANGUAGE plpgsql AS"
              + " 'BEGIN COMMIT; INSERT INTO item VALUES (2); END'");
    }
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
    Files.delete(reachable);
  }

  private Connection reading() throws SQLException {
    return Postgres.dialect().openReading(Targets.of(database));
  }

  private List<List<String>> escapes() {
    return List.of(
        List.of("SELECT set_config('transaction_read_only', 'off', false)", INSERT),
        List.of("SET transaction_read_only = off", INSERT),
        List.of("SET default_transaction_read_only = off", "COMMIT", INSERT),
        List.of("COMMIT", "BEGIN READ WRITE", INSERT, "COMMIT"),
        List.of("BEGIN READ WRITE", INSERT),
        List.of("START TRANSACTION READ WRITE", INSERT),
        List.of("COMMIT; " + INSERT),
        List.of("commit;" + INSERT + ";commit"),
        List.of("SELECT 1 \n;\t(commit); " + INSERT),
        List.of("/* /* */ */ END", INSERT),
        List.of("-- \n ABORT", INSERT, "COMMIT"),
        List.of("--\rROLLBACK", INSERT, "COMMIT"),
        List.of("ROLLBACK TRANSACTION", "SET TRANSACTION READ WRITE", INSERT, "COMMIT"),
        List.of("COMMIT AND CHAIN", "SET TRANSACTION READ WRITE", INSERT, "COMMIT"),
        List.of("SET standard_conforming_strings = off", "SELECT '\\'; COMMIT; --'", INSERT),
        List.of("SELECT $$;$$; COMMIT; " + INSERT),
        List.of("SELECT $a$;$$;$a$; COMMIT; " + INSERT),
        List.of("SAVEPOINT s", "SET TRANSACTION READ WRITE", INSERT, "RELEASE s"),
        List.of("PREPARE TRANSACTION 'x'", INSERT),
        List.of("COMMIT PREPARED 'x'", INSERT),
        List.of("DO $$ BEGIN INSERT INTO item VALUES (2); END $$"),
        List.of("CALL add()"),
        List.of("CALL leave()"),
        List.of("PREPARE p AS " + INSERT, "EXECUTE p"),
        List.of("EXPLAIN ANALYZE " + INSERT),
        List.of("EXPLAIN (ANALYZE) EXECUTE p"),
        List.of("WITH w AS (" + INSERT + " RETURNING id) SELECT * FROM w"),
        List.of("SELECT * INTO more FROM item"),
        List.of("CREATE TABLE more AS SELECT 1 AS id"),
        List.of("SELECT lo_from_bytea(0, 'object')", "COMMIT"),
        List.of("VACUUM item"),
        List.of("ALTER SYSTEM SET work_mem = '5MB'"),
        List.of("TRUNCATE item"),
        List.of("GRANT SELECT ON item TO PUBLIC"),
        List.of("SET ROLE NONE", INSERT),
        List.of("DISCARD ALL", INSERT),
        List.of("LOAD 'plpgsql'"),
        List.of("COPY item TO '" + reachable.resolve("copied") + "'"),
        List.of("COPY (SELECT 1) TO PROGRAM 'touch " + reachable.resolve("made") + "'"),
        List.of("COPY item FROM PROGRAM 'echo 2'"));
  }

  @Test
  void no_statement_leads_out_of_a_reading_session() throws Exception {
    for (List<String> escape : escapes()) {
      int errors = 0;
      try (Connection session = reading()) {
        for (String sql : escape) {
          errors += fails(session, sql) ? 1 : 0;
        }
      }
      assertThat(errors).as("errors of %s", escape).isPositive();
      assertThat(state()).as("%s", escape).isEqualTo("[1, 0, 0] []");
    }
  }

  private static boolean fails(Connection session, String sql) {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
      return false;
    } catch (SQLException refused) {
      return true;
    }
  }

  private String state() throws Exception {
    try (Connection admin = database.connect();
        Stream<Path> files = Files.list(reachable)) {
      return Queries.one(
              admin,
              "SELECT (SELECT count(*) FROM public.item),"
                  + " (SELECT count(*) FROM pg_largeobject_metadata),"
                  + " (SELECT count(*) FROM pg_class WHERE relname = 'more')")
          + " "
          + files.toList();
    }
  }

  @Test
  void no_method_leads_out_of_a_reading_session() throws Exception {
    try (Connection session = reading();
        Statement statement = session.createStatement();
        PreparedStatement one = session.prepareStatement("SELECT ?::int")) {
      assertThat(statement.getConnection()).isSameAs(session);
      assertThat(one.getConnection()).isSameAs(session);
      assertThat(session.getMetaData().getConnection()).isSameAs(session);
      session.setAutoCommit(false);
      session.setReadOnly(true);
      assertThatThrownBy(session::commit)
          .isInstanceOf(SQLException.class)
          .hasMessage("a session for reading stays in its one read-only transaction: no commit()");
      assertThatThrownBy(session::rollback).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> session.prepareStatement("COMMIT"))
          .isInstanceOf(SQLException.class)
          .hasMessage("a session for reading does not take COMMIT");
      assertThatThrownBy(() -> session.prepareCall("CALL add()")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> statement.addBatch("COMMIT")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> statement.executeUpdate("COMMIT", 1))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> session.setTransactionIsolation(2)).isInstanceOf(SQLException.class);
    }
    assertThat(state()).isEqualTo("[1, 0, 0] []");
  }

  @Test
  void what_only_reads_is_free_and_an_error_costs_its_statement_alone() throws Exception {
    try (Connection session = reading();
        Statement statement = session.createStatement()) {
      for (String sql :
          List.of(
              "SELECT id FROM item",
              "((SELECT 1))",
              "  /* a */ WITH w AS (SELECT 1) TABLE w",
              "VALUES (1), (2)",
              "SHOW search_path",
              "EXPLAIN SELECT 1",
              "SAVEPOINT s",
              "SET LOCAL ROLE pg_monitor",
              "ROLLBACK WORK TO SAVEPOINT s",
              "ROLLBACK TO s",
              "RELEASE s",
              "PREPARE p AS SELECT 1",
              "EXECUTE p",
              "DECLARE c CURSOR FOR SELECT 1",
              "FETCH c",
              "LOCK TABLE item IN ACCESS SHARE MODE",
              "SELECT 1; SELECT 2;",
              ";")) {
        assertThat(fails(session, sql)).as(sql).isFalse();
        assertThat(fails(session, "SELECT 1 / 0")).isTrue();
      }
      Savepoint here = session.setSavepoint();
      assertThat(fails(session, "SELECT no_such_function()")).isTrue();
      session.rollback(here);
      assertThat(statement.executeQuery("SELECT count(*) FROM item").next()).isTrue();
    }
  }
}
