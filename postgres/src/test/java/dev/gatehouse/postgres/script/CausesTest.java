package dev.gatehouse.postgres.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.outsideTransaction;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.sql.InOneTransaction;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure says what it comes from: the statement, the others, or the connection. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class CausesTest {
  private static final Duration SHORT = Duration.ofSeconds(1);

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(CausesTest.class);
  }

  private final EngineUnderTest engine;
  private final List<String> events = new ArrayList<>();
  private final List<Finding> told = new ArrayList<>();
  private TestDatabase database;
  private Connection other;
  private Path work;

  CausesTest(EngineUnderTest engine) {
    this.engine = engine;
  }

  @BeforeEach
  void a_table_and_somebody_else(@TempDir Path directory) throws SQLException {
    work = directory;
    database = engine.database();
    database.run("CREATE TABLE item (id int PRIMARY KEY, n int)");
    database.run("INSERT INTO item VALUES (1, 1), (2, 2)");
    other = database.connect();
    Queries.run(other, "SET application_name = 'report by ann'");
    other.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    other.close();
    database.close();
  }

  private RunRecord run(Change change, Consumer<String> points) {
    RunListener listener =
        new RunListener() {
          @Override
          public void recorded(Entry entry, RunRecord run) {
            if (List.of("INTENT", "OUTCOME", "RESOLVED").contains(entry.type())) {
              Object state = entry.body().get("state");
              events.add(state == null ? entry.type() : entry.type() + " " + state);
              told.addAll(run.steps().get(0).findings());
            }
          }
        };
    return Runner.journalingTo(work.resolve("journals"))
        .withPoints(points)
        .withListener(listener)
        .run(Plan.of(runbook("Causes", gate("g", change)), Targets.of(database)));
  }

  private RunRecord run(Change change) {
    return run(change, point -> {});
  }

  private static Finding finding(RunRecord record) {
    assertThat(record.steps().get(0).findings()).as(RunText.recap(record)).hasSize(1);
    return record.steps().get(0).findings().get(0);
  }

  private Change change(String statements) {
    return inOneTransaction(sql(statements)).named("Change").cannotBeUndone("test");
  }

  @ParameterizedTest
  @Sampled(
      few = 2,
      of = {
        "CREATE TABLE item (id int)",
        "ALTER TABLE item ADD n int",
        "ALTER TABLE item ADD CONSTRAINT item_pkey CHECK (n > 0)",
        "CREATE SCHEMA public",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"
      })
  void what_was_applied_before_is_recognised(String statement) throws SQLException {
    database.run("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    Finding finding = finding(run(change(statement)));
    assertThat(finding.found()).endsWith("it is there already: was this script applied before?");
    assertThat(finding.fix()).startsWith("take out what was applied;");
  }

  private static InOneTransaction adding() {
    return inOneTransaction(sql("update item set n = 0 where id = 2; alter table item add m int"))
        .named("Change")
        .withLockTimeout(SHORT);
  }

  @ParameterizedTest
  @Sampled(
      few = 2,
      of = {"08006", "57P01", "40003", "58030", "XX000", "ZZ999"})
  void an_error_over_a_living_connection_is_a_plain_failure(String state) {
    RunRecord record =
        run(
            change(
                """
                update item set n = 7;
                do $$ begin raise 'out of paper' using errcode = '%s'; end $$
                """
                    .formatted(state)));
    assertThat(finding(record).text())
        .contains("statement.failed")
        .contains("sql:2  ERROR: out of paper")
        .contains("correct sql:2 and plan again");
    assertThat(events).containsExactly("INTENT", "OUTCOME FAILED_CLEAN");
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
  }

  @Test
  void an_error_of_a_statement_outside_of_transactions_is_one_as_well() throws SQLException {
    database.run(
        """
        CREATE FUNCTION failing(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'out of paper' USING ERRCODE = '57P01'; END $$
        """);
    RunRecord record =
        run(
            outsideTransaction(sql("create index concurrently late on item (failing(n))"))
                .cannotBeUndone("test"));
    assertThat(finding(record).text()).contains("statement.failed", "out of paper");
    assertThat(events).containsExactly("INTENT", "OUTCOME FAILED_PARTIAL");
  }

  @Test
  void a_connection_that_ends_is_a_doubt() {
    RunRecord record =
        run(change("update item set n = 7; select pg_terminate_backend(pg_backend_pid())"));
    assertThat(events).containsExactly("INTENT", "OUTCOME IN_DOUBT", "RESOLVED FAILED_CLEAN");
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
  }

  @Test
  void a_lock_that_does_not_come_free_names_who_has_it() throws Exception {
    Queries.run(other, "UPDATE item SET n = 5 WHERE id = 1 AND 'hidden' <> 'x'");
    Finding finding = finding(run(adding().cannotBeUndone("test")));
    assertThat(finding.code()).isEqualTo("contention.lock-timeout");
    assertThat(finding.headline()).isEqualTo("a lock did not come free in time");
    assertThat(finding.found())
        .startsWith("sql:1  ERROR: canceling statement due to lock timeout")
        .containsPattern(
            "in the way: process "
                + database.session(other)
                + " \\(report by ann\\), account "
                + database.account()
                + ", in a transaction since [-0-9]{10} [:0-9]{8}Z, idle in transaction:"
                + " UPDATE item SET n = 5 WHERE id = 1 AND '\\.\\.\\.' <> '\\.\\.\\.'");
    assertThat(finding.fix())
        .isEqualTo(
            "nothing is wrong with the statement: run it again when they are done, or lengthen"
                + " withLockTimeout(...), or say .retrying(3)");
    assertThat(events).containsExactly("INTENT", "OUTCOME FAILED_CLEAN");
  }

  @Test
  void it_is_tried_again_when_the_step_says_so() throws Exception {
    Queries.run(other, "UPDATE item SET n = 5 WHERE id = 1");
    int[] latches = {0};
    RunRecord record =
        run(
            adding().retrying(3).cannotBeUndone("test"),
            point -> {
              if (point.equals("Change:latch.taken") && ++latches[0] == 2) {
                release();
              }
            });
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(events).containsExactly("INTENT", "OUTCOME PENDING", "INTENT", "OUTCOME SUCCEEDED");
    assertThat(record.steps().get(0).evidence().orElseThrow().fact("attempts")).contains("2");
    assertThat(database.one("SELECT n, m FROM item WHERE id = 2")).isEqualTo("0|null");
    assertThat(record.outline().steps().get(0).preview())
        .contains("-- tried up to 3 times while others stand in its way");
  }

  @Test
  void a_statement_that_does_not_wait_is_not_told_to_wait_longer() throws Exception {
    Queries.run(other, "UPDATE item SET n = 5 WHERE id = 1");
    Finding finding = finding(run(change("select * from item for update nowait")));
    assertThat(finding.code()).isEqualTo("contention.lock-taken");
    assertThat(finding.fix())
        .isEqualTo(
            "nothing is wrong with the statement: run it again when they are done, or take NOWAIT"
                + " out of it, or say .retrying(3)");
  }

  private void release() {
    try {
      other.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void and_not_more_often() throws Exception {
    Queries.run(other, "UPDATE item SET n = 5 WHERE id = 1");
    RunRecord record = run(adding().retrying(2).cannotBeUndone("test"));
    assertThat(finding(record).fix()).doesNotContain("retrying");
    assertThat(events)
        .containsExactly("INTENT", "OUTCOME PENDING", "INTENT", "OUTCOME FAILED_CLEAN");
    assertThat(record.step("Change").orElseThrow().state()).isEqualTo(StepState.FAILED_CLEAN);
  }

  @Test
  void a_wrong_statement_is_not_tried_again() {
    run(inOneTransaction(sql("select 1 / 0")).retrying(5).cannotBeUndone("test"));
    assertThat(events).containsExactly("INTENT", "OUTCOME FAILED_CLEAN");
    assertThatThrownBy(() -> inOneTransaction(sql("select 1")).retrying(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("attempts is 1: give 2 to 20, the first included");
  }

  @Test
  void a_statement_limit_reached_while_waiting_names_who_was_waited_for() throws Exception {
    Queries.run(other, "LOCK TABLE item");
    Finding finding =
        finding(
            run(
                inOneTransaction(sql("update item set n = 0"))
                    .withStatementTimeout(SHORT)
                    .cannotBeUndone("test")));
    assertThat(finding.code()).isEqualTo("contention.statement-timeout");
    assertThat(finding.found()).contains("(report by ann)", "LOCK TABLE item");
    assertThat(finding.fix()).contains("or lengthen withStatementTimeout(...)");
  }

  @Test
  void a_slow_statement_is_slow() {
    Finding finding =
        finding(
            run(
                inOneTransaction(sql("select pg_sleep(9)"))
                    .withStatementTimeout(SHORT)
                    .retrying(3)
                    .cannotBeUndone("test")));
    assertThat(finding.code()).isEqualTo("statement.timeout");
    assertThat(finding.fix())
        .isEqualTo(
            "make the statement faster or lengthen withStatementTimeout(...); or find out who"
                + " cancelled it");
    assertThat(events).containsExactly("INTENT", "OUTCOME FAILED_CLEAN");
  }

  @Test
  void a_deadlock_names_the_other_and_is_tried_again() throws Exception {
    database.run("ALTER DATABASE " + database.name() + " SET deadlock_timeout = '100ms'");
    Queries.run(other, "SET LOCAL deadlock_timeout = '1min'");
    Queries.run(other, "UPDATE item SET n = 5 WHERE id = 2");
    Thread[] waiting = {new Thread(() -> {})};
    int[] latches = {0};
    Change change =
        inOneTransaction(
                sql("update item set n = 9 where id = 1; select pg_sleep(0.7)"),
                sql("update item set n = 9 where id = 2"))
            .named("Change")
            .retrying(2)
            .cannotBeUndone("test");
    RunRecord record =
        run(
            change,
            point -> {
              if (point.equals("Change:latch.taken") && ++latches[0] == 1) {
                waiting[0] = new Thread(this::lockTheOther);
                waiting[0].start();
              }
            });
    waiting[0].join();
    assertThat(events).containsExactly("INTENT", "OUTCOME PENDING", "INTENT", "OUTCOME SUCCEEDED");
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(told.get(0).code()).isEqualTo("contention.deadlock");
    assertThat(told.get(0).found()).contains("(report by ann)", "UPDATE item SET n = 6");
  }

  private void lockTheOther() {
    try {
      Thread.sleep(300);
      Queries.run(other, "UPDATE item SET n = 6 WHERE id = 1");
      other.rollback();
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_transaction_that_has_no_order_with_another_says_so() {
    Finding finding = finding(run(change("do $$ begin raise 'x' using errcode = '40001'; end $$")));
    assertThat(finding.code()).isEqualTo("contention.serialization");
    assertThat(finding.found()).contains("in the way: not known, ");
  }

  @Test
  void a_query_that_a_policy_would_cut_short_names_what_lets_the_account_read_all()
      throws Exception {
    Account account = database.newAccount("weak");
    database.run("ALTER TABLE item ENABLE ROW LEVEL SECURITY");
    database.run("ALTER TABLE item FORCE ROW LEVEL SECURITY");
    database.run("CREATE POLICY all_rows ON item USING (true)");
    database.run("GRANT SELECT ON item TO " + account.name());
    Target weak = Targets.of(database, account);
    assertThatThrownBy(
            () -> Plan.of(runbook("r", gate("g", rows("select * from item").are(2))), weak))
        .hasMessageContaining("query.rejected")
        .hasMessageContaining("our sessions have row_security = off")
        .hasMessageContaining("ALTER ROLE \"" + account.name() + "\" BYPASSRLS");
    database.run("ALTER ROLE " + account.name() + " BYPASSRLS");
    assertThat(Plan.of(runbook("r", gate("g", rows("select * from item").are(2))), weak))
        .isNotNull();
  }
}
