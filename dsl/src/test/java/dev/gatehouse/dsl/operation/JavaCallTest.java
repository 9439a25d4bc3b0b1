package dev.gatehouse.dsl.operation;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.GatehouseOperations.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another library's work as a step, such as that of a migration tool. */
@Timeout(60)
class JavaCallTest {
  @TempDir Path directory;
  private Target shop;

  @BeforeEach
  void a_shop() throws SQLException {
    shop = Desk.shop(directory.resolve("shop.db"));
  }

  private void execute(String sql) throws SQLException {
    try (Connection own = DriverManager.getConnection("jdbc:sqlite:" + directory + "/shop.db");
        var statement = own.createStatement()) {
      statement.execute(sql);
    }
  }

  private JavaCall migrate() {
    return call("migrate", () -> execute("create table orders(id)"));
  }

  private JavaCall back() {
    return call("back", () -> execute("drop table orders"));
  }

  private static Check there() {
    return tableExists("orders");
  }

  private Run start(Step... steps) {
    return Runner.journalingTo(directory.resolve("journals"))
        .start(Plan.of(runbook("Calls", gate("Called", steps[0], rest(steps))), shop));
  }

  private static Step[] rest(Step... steps) {
    return Arrays.copyOfRange(steps, 1, steps.length);
  }

  private RunRecord run(Step... steps) {
    try (Run run = start(steps)) {
      run.advance();
      return run.record();
    }
  }

  @Test
  void what_was_called_is_proven_and_undone() {
    RunRecord done = run(migrate().provenBy(there()).undoneBy(back().cannotBeUndone("it is one")));
    assertThat(done.state()).isEqualTo(RunState.SUCCEEDED);
    RunRecord undone =
        run(
            call("more", () -> execute("alter table orders add b"))
                .undoneBy(back().cannotBeUndone("it is one")),
            noRows("select 1"));
    assertThat(undone.state()).isEqualTo(RunState.UNDONE);
    assertThatThrownBy(() -> execute("drop table orders")).hasMessageContaining("no such table");
  }

  @Test
  void sql_undoes_it_in_one_transaction() throws SQLException {
    RunRecord undone =
        run(migrate().provenBy(there()).undoneBy(sql("drop table orders")), noRows("select 1"));
    assertThat(undone.state()).isEqualTo(RunState.UNDONE);
    execute("create table orders(id)");
  }

  @Test
  void its_plan_says_what_nobody_can_see() {
    Plan plan =
        Plan.of(
            runbook(
                "Calls", gate("Called", migrate().provenBy(there()).cannotBeUndone("no way back"))),
            shop);
    assertThat(plan.outline().steps().get(0).preview())
        .startsWith("Java code: what it does is not shown, and its digest is not taken")
        .contains("proven by table orders exists:");
  }

  @Test
  void an_exception_is_told_and_the_check_decides() {
    RunRecord broken =
        run(
            call(
                    "migrate",
                    () -> {
                      throw new IllegalStateException("V7 is broken");
                    })
                .provenBy(there())
                .cannotBeUndone("no way back"));
    assertThat(broken.step("migrate").orElseThrow().findings().get(0).found())
        .isEqualTo("java.lang.IllegalStateException: V7 is broken");
    // it is not there, and what else the code did, nobody can tell
    assertThat(broken.state()).isEqualTo(RunState.NOT_UNDONE);
    RunRecord unknown =
        run(
            call(
                    "migrate",
                    () -> {
                      throw new IllegalStateException("half-way");
                    })
                .cannotBeUndone("no way back"));
    assertThat(unknown.step("migrate").orElseThrow().state()).isEqualTo(StepState.FAILED_PARTIAL);
  }

  @Test
  void what_returned_and_is_not_shown_is_in_doubt() {
    RunRecord lying = run(call("migrate", () -> {}).provenBy(there()).cannotBeUndone("no"));
    assertThat(lying.step("migrate").orElseThrow().state()).isEqualTo(StepState.IN_DOUBT);
  }

  @Test
  void what_is_so_already_is_not_called() throws SQLException {
    execute("create table orders(id)");
    RunRecord found = run(migrate().unlessAlready(there()).cannotBeUndone("no"));
    assertThat(found.state()).isEqualTo(RunState.SUCCEEDED);
  }

  /** Half of it is there, and the check for the whole does not show it. */
  @Test
  void an_abort_interrupts_it_and_what_it_may_have_done_is_undone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    try (Run run =
        start(
            call(
                    "slow",
                    () -> {
                      execute("create table half(id)");
                      begun.countDown();
                      Thread.sleep(50_000);
                    })
                .provenBy(there())
                .undoneBy(sql("drop table half")))) {
      CompletableFuture<?> driven = CompletableFuture.runAsync(run::advance);
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      run.abort("ada", "enough");
      driven.get(20, TimeUnit.SECONDS);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
    execute("create table half(id)");
  }
}
