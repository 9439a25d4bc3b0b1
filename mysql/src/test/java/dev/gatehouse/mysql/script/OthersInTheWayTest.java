package dev.gatehouse.mysql.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.sql.InOneTransaction;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure that comes of others says who they are, and the same may succeed later. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
@Timeout(120)
class OthersInTheWayTest {
  private static final Duration SHORT = Duration.ofMillis(700);

  private static final String SLOW =
      "UPDATE item SET n = 9 WHERE (WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1"
          + " FROM s WHERE i < 900) SELECT COUNT(*) FROM s x, s y, s z WHERE x.i + y.i + z.i < 0)"
          + " = 0";

  private final Served served;
  private final List<String> events = new ArrayList<>();
  private TestDatabase database;
  private Connection other;
  private Path work;

  OthersInTheWayTest(Served served) {
    this.served = served;
  }

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_table_and_somebody_else(@TempDir Path directory) throws SQLException {
    work = directory;
    database = served.engine().database();
    other = database.connect();
    Sql.run(other, "CREATE TABLE item (id INT PRIMARY KEY, n INT)");
    Sql.run(other, "INSERT INTO item VALUES (1, 1), (2, 2)");
    other.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    other.close();
    database.close();
  }

  private boolean isMySql() {
    return served.engine().toString().startsWith("MySQL");
  }

  private InOneTransaction change(String statements) {
    return inOneTransaction(sql(statements)).named("Change");
  }

  private Plan plan(Change change, Target target) {
    return Plan.of(runbook("Others", gate("g", change)), target);
  }

  private RunRecord run(Change change, Target target) {
    RunListener listener =
        new RunListener() {
          @Override
          public void recorded(Entry entry, RunRecord run) {
            if (List.of("INTENT", "OUTCOME").contains(entry.type())) {
              Object state = entry.body().get("state");
              events.add(state == null ? entry.type() : entry.type() + " " + state);
              if ("PENDING".equals(state)) {
                rollback();
              }
            }
          }
        };
    return Runner.journalingTo(work.resolve("journals"))
        .withListener(listener)
        .run(plan(change, target));
  }

  private void rollback() {
    try {
      other.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String said(RunRecord record) {
    assertThat(record.steps().get(0).findings()).as(RunText.recap(record)).hasSize(1);
    return record
        .steps()
        .get(0)
        .findings()
        .get(0)
        .text()
        .replaceAll("connection \\d+", "connection N")
        .replaceAll("since [-0-9: ]+Z,", "since then,");
  }

  @Test
  @Alternating.OnEach
  void a_lock_on_a_row_names_who_holds_it() throws Exception {
    Sql.run(other, "UPDATE item SET n = 5 WHERE id = 2");
    RunRecord record =
        run(
            change("UPDATE item SET n = 0; ").withLockTimeout(SHORT).cannotBeUndone("test"),
            Targets.of(database));
    assertThat(said(record))
        .startsWith("a lock did not come free in time")
        .contains(
            "in the way: connection N of %s, in a transaction since then, Sleep"
                .formatted(database.account()))
        .contains(".retrying(3)")
        .endsWith("contention.lock-timeout");
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(Sql.one(other, "SELECT n FROM item WHERE id = 1")).isEqualTo("1");
  }

  @Test
  @Alternating.OnEach
  void who_may_not_see_the_others_is_told_what_to_ask_for() throws Exception {
    Account plain = database.newAccount("plain");
    try (Connection admin = database.connect()) {
      for (String on : List.of(database.name(), "gatehouse")) {
        Sql.run(admin, "GRANT ALL ON %s.* TO '%s'@'%%'".formatted(on, plain.name()));
      }
    }
    Sql.run(other, "UPDATE item SET n = 5 WHERE id = 2");
    RunRecord record =
        run(
            change("UPDATE item SET n = 0").withLockTimeout(SHORT).cannotBeUndone("test"),
            Targets.of(database, plain));
    assertThat(said(record))
        .contains(
            "in the way: not known, a connection that this account may not see: GRANT "
                + (isMySql() ? "SELECT ON performance_schema.* TO " : "PROCESS ON *.* TO "));
  }

  @Test
  void it_is_tried_again_once_they_are_done() throws Exception {
    Sql.run(other, "UPDATE item SET n = 5 WHERE id = 2");
    RunRecord record =
        run(
            change("UPDATE item SET n = 0")
                .withLockTimeout(SHORT)
                .retrying(3)
                .cannotBeUndone("test"),
            Targets.of(database));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(events).containsExactly("INTENT", "OUTCOME PENDING", "INTENT", "OUTCOME SUCCEEDED");
    assertThat(Sql.rows(other, "SELECT n FROM item")).containsExactly("0", "0");
  }

  @Test
  void a_deadlock_says_so_and_is_tried_again() throws Exception {
    Sql.run(other, "CREATE TABLE big (id INT PRIMARY KEY, n INT)");
    Sql.run(other, "INSERT INTO big VALUES (1,1),(2,2),(3,3),(4,4),(5,5),(6,6),(7,7),(8,8)");
    other.commit();
    // whoever has changed more is not given up
    Sql.run(other, "UPDATE big SET n = 0");
    Sql.run(other, "UPDATE item SET n = 5 WHERE id = 2");
    CompletableFuture<Void> crossing = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                awaitLocked();
                Sql.run(other, "UPDATE item SET n = 5 WHERE id = 1");
                crossing.complete(null);
              } catch (SQLException e) {
                crossing.completeExceptionally(e);
              }
            });
    thread.start();
    RunRecord record =
        run(
            change("UPDATE item SET n = 0 WHERE id = 1; UPDATE item SET n = 0 WHERE id = 2;")
                .cannotBeUndone("test"),
            Targets.of(database));
    crossing.join();
    assertThat(said(record))
        .startsWith("a deadlock with another transaction was ended by giving up this one")
        .endsWith("contention.deadlock");
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
  }

  /** The run has changed row 1: no other session can. */
  private void awaitLocked() throws SQLException {
    try (Connection probe = database.connect()) {
      Sql.run(probe, "SET SESSION innodb_lock_wait_timeout = 1");
      probe.setAutoCommit(false);
      while (true) {
        try {
          Sql.run(probe, "SELECT id FROM item WHERE id = 1 FOR UPDATE");
          probe.rollback();
        } catch (SQLException locked) {
          return;
        }
      }
    }
  }

  @Test
  void a_statement_that_takes_too_long_by_itself_is_no_fault_of_others() throws Exception {
    Change change = change(SLOW).withStatementTimeout(Duration.ofSeconds(1)).cannotBeUndone("test");
    String limited =
        isMySql()
            ? "-- each statement is given up after 1s: KILL QUERY, by a second connection"
            : "SET SESSION max_statement_time = 1.000";
    assertThat(planned(change)).contains(limited);
    RunRecord record = run(change, Targets.of(database));
    assertThat(said(record))
        .startsWith("a statement took longer than it may, or was cancelled")
        .endsWith("statement.timeout");
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(Sql.rows(other, "SELECT n FROM item ORDER BY id")).containsExactly("1", "2");
  }

  private String planned(Change change) {
    return plan(change, Targets.of(database)).full();
  }

  @Test
  void limits_in_whole_seconds_are_told() {
    Change change = change("UPDATE item SET n = 0").withLockTimeout(SHORT).cannotBeUndone("test");
    assertThat(planned(change))
        .contains("-- locks are limited in whole seconds: 0.7s")
        .contains("SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1");
  }

  /** A statement that ends just as it is given up leaves nothing to the commit behind it. */
  @Test
  void a_limit_that_is_met_late_does_not_meet_the_next_statement() throws Exception {
    int done = 0;
    for (int round = 0; round < 4; round++) {
      RunRecord record =
          run(
              change("UPDATE item SET n = n + 1; UPDATE item SET n = n + 1;")
                  .withStatementTimeout(Duration.ofMillis(1 + round % 4))
                  .cannotBeUndone("test"),
              Targets.of(database));
      assertThat(record.state())
          .as(RunText.recap(record))
          .isIn(RunState.SUCCEEDED, RunState.FAILED_CLEAN);
      done += record.state() == RunState.SUCCEEDED ? 1 : 0;
    }
    assertThat(Sql.one(other, "SELECT n FROM item WHERE id = 1"))
        .isEqualTo(String.valueOf(1 + 2 * done));
  }
}
