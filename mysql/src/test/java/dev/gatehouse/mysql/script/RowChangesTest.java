package dev.gatehouse.mysql.script;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.Steps;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Runbooks that change rows: planned, run, failed, resumed, undone on real servers. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class RowChangesTest {
  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  @Parameter Served served = Served.all().get(0);
  @TempDir Path work = Path.of("");

  private TestDatabase database = served.engine().database();
  private Target target = Targets.of(database);

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_database() throws SQLException {
    database.close();
    database = served.engine().database();
    target = Targets.of(database);
    database.run(
        List.of(
            "CREATE TABLE orders (id INT PRIMARY KEY, total INT)",
            "INSERT INTO orders VALUES (1, 10), (2, 20), (3, 30)"));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private static Runbook book(Step step, Step... more) {
    return runbook("orders", gate("apply", step, more));
  }

  private Runner runner() {
    return Runner.journalingTo(work.resolve("journals"));
  }

  private RunRecord run(Step step, Step... more) {
    return runner().run(Plan.of(book(step, more), target));
  }

  private String totals() throws SQLException {
    return database.one("SELECT GROUP_CONCAT(total ORDER BY id) FROM orders");
  }

  private static String message(RunRecord record) {
    return record.steps().stream().flatMap(step -> step.findings().stream()).toList().toString();
  }

  @Test
  void scripts_and_checks_are_applied_together_and_the_plan_shows_each() throws Exception {
    Files.createDirectories(work.resolve("db"));
    Files.writeString(work.resolve("db/001_double.sql"), "-- all\nUPDATE orders SET total = 2;\n");
    Files.writeString(
        work.resolve("db/002_more.sql"), "DELIMITER //\nINSERT INTO orders VALUES (4, 40)//\n");
    Step change =
        inOneTransaction(
                scripts(work.resolve("db")),
                tableExists("orders"),
                rows("select * from orders").are(4))
            .named("housekeeping")
            .cannotBeUndone("test");
    Plan plan = Plan.of(book(change), target);
    assertThat(plan.outline().steps().get(0).preview())
        .anyMatch(line -> line.startsWith("-- 001_double.sql  sha256:"))
        .contains("UPDATE orders SET total = 2;", "INSERT INTO orders VALUES (4, 40);");
    RunRecord record = runner().run(plan);
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(totals()).isEqualTo("2,2,2,40");
  }

  @Test
  void a_statement_that_fails_leaves_nothing_and_is_named_by_file_and_line() throws Exception {
    RunRecord record =
        run(
            inOneTransaction(
                    sql("UPDATE orders SET total = 0;\n\nINSERT INTO orders VALUES (1, 1)"))
                .cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(message(record)).contains("sql:3", "Duplicate entry");
    assertThat(totals()).isEqualTo("10,20,30");
  }

  @Test
  void a_check_inside_that_does_not_hold_takes_all_of_it_back() throws Exception {
    RunRecord record =
        run(
            inOneTransaction(sql("DELETE FROM orders"), rows("select * from orders").are(1))
                .cannotBeUndone("test"));
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(totals()).isEqualTo("10,20,30");
  }

  @Test
  void a_later_failure_undoes_what_was_committed() throws Exception {
    RunRecord record =
        run(
            inOneTransaction(sql("UPDATE orders SET total = total + 1"))
                .undoneBy(inOneTransaction(sql("UPDATE orders SET total = total - 1"))),
            rows("select * from orders where total > 1000").are(1));
    assertThat(record.state()).as(message(record)).isEqualTo(RunState.UNDONE);
    assertThat(totals()).isEqualTo("10,20,30");
  }

  /** Killed at a point of the safe order, the run ends as one that was not. */
  @Test
  void a_run_that_dies_at_a_point_is_resumed_and_its_effect_is_there_once() throws Exception {
    dyingAt("effect.applied", "committed");
  }

  @Tag("nightly")
  @Test
  void a_run_that_dies_at_any_point_is_resumed_and_its_effect_is_there_once() throws Exception {
    dyingAt(
        "session.opened",
        "intent.written",
        "latch.taken",
        "effect.applied",
        "marker.written",
        "committed",
        "marker.read");
  }

  private void dyingAt(String... points) throws Exception {
    Runbook book =
        book(
            inOneTransaction(sql("UPDATE orders SET total = total + 1"))
                .named("add")
                .cannotBeUndone("test"));
    int expected = 10;
    for (String point : points) {
      Run dying =
          runner()
              .withPoints(
                  reached -> {
                    if (reached.equals("add:" + point)) {
                      throw new Death();
                    }
                  })
              .start(Plan.of(book, target));
      Path journal = dying.journal();
      assertThatThrownBy(dying::toEnd).as(point).isInstanceOf(Death.class);
      dying.close();
      try (Run resumed = runner().resume(book, target, journal)) {
        assertThat(resumed.toEnd().state()).as(point).isEqualTo(RunState.SUCCEEDED);
      }
      expected++;
      assertThat(totals()).as(point).startsWith(expected + ",");
    }
  }

  /** A marker that is absent proves nothing when a statement has committed on its way. */
  @Test
  @Alternating.OnEach
  void an_effect_that_commits_on_its_way_and_fails_is_in_doubt_and_never_clean() throws Exception {
    Step escaping =
        Steps.transactional(
                "escaping",
                working -> {
                  Sql.run(working.connection(), "UPDATE orders SET total = 0");
                  Sql.run(working.connection(), "CREATE TABLE made (id INT)");
                  Sql.run(working.connection(), "INSERT INTO orders VALUES (1, 1)");
                })
            .cannotBeUndone("test");
    RunRecord record = run(escaping);
    assertThat(totals()).isEqualTo("0,0,0");
    assertThat(record.step("escaping").orElseThrow().state()).isEqualTo(StepState.IN_DOUBT);
    assertThat(record.step("escaping").orElseThrow().reason())
        .contains("DELETE FROM gatehouse.marker WHERE id = '");
  }

  @Test
  @Alternating.OnEach
  void an_effect_that_commits_on_its_way_and_ends_is_not_told_as_done() throws Exception {
    Step escaping =
        Steps.transactional(
                "escaping",
                working -> {
                  Sql.run(working.connection(), "UPDATE orders SET total = 0");
                  Sql.run(working.connection(), "COMMIT");
                })
            .cannotBeUndone("test");
    assertThat(run(escaping).step("escaping").orElseThrow().state()).isEqualTo(StepState.IN_DOUBT);
  }

  @Test
  void what_is_not_built_is_refused_while_planning() {
    assertThatThrownBy(
            () ->
                Plan.of(
                    book(
                        inOneTransaction(sql("ALTER TABLE orders ADD more INT"))
                            .cannotBeUndone("test")),
                    target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("sql:1  ALTER TABLE orders ADD more INT");
    assertThat(target.dialect().rehearsals()).isEmpty();
  }

  @Test
  void an_account_without_rights_on_gatehouse_is_told_while_planning_what_to_grant()
      throws Exception {
    var account = database.newAccount("app");
    String who = "'" + account.name() + "'@'%'";
    database.run("GRANT ALL ON " + database.name() + ".* TO " + who);
    Target poor = Targets.of(database, account);
    Runbook book = book(inOneTransaction(sql("DELETE FROM orders")).cannotBeUndone("test"));
    String fix = "GRANT CREATE, SELECT, INSERT, UPDATE ON gatehouse.* TO " + who;
    assertThatThrownBy(() -> Plan.of(book, poor))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("mysql.no-rights")
        .hasMessageContaining(fix);
    Plan.of(book(rows("select * from orders").are(3)), poor);
    database.run(fix);
    assertThat(runner().run(Plan.of(book, poor)).state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void planning_keeps_nobody_from_altering_a_table() throws Exception {
    try (Connection reading = target.dialect().openReading(target);
        Connection other = database.connect()) {
      Sql.rows(reading, "SELECT * FROM orders");
      Sql.run(other, "SET SESSION lock_wait_timeout = 1");
      Sql.run(other, "ALTER TABLE orders ADD note INT");
    }
  }
}
