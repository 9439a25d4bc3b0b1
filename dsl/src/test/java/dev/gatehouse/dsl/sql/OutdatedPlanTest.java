package dev.gatehouse.dsl.sql;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was planned before another run changed the target is planned again, not executed. */
class OutdatedPlanTest {
  @TempDir private Path directory = Path.of("");
  private Target target =
      Target.at("none", "jdbc:sqlite:none", dev.gatehouse.sqlite.Sqlite.dialect());

  @BeforeEach
  void a_shop() throws Exception {
    target =
        Desk.shop(
            directory.resolve("shop.db"), "create table item(n)", "insert into item values (1)");
  }

  private Plan doubling() {
    return Plan.of(
        runbook(
            "Double",
            gate("g", inOneTransaction(sql("update item set n = n * 2")).cannotBeUndone("test"))),
        target);
  }

  private Runner runner() {
    return Runner.journalingTo(directory.resolve("journals"));
  }

  private long n() throws Exception {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("shop.db"));
        var rows = connection.createStatement().executeQuery("select n from item")) {
      return rows.getLong(1);
    }
  }

  @Test
  void a_plan_of_before_is_refused_and_one_of_now_is_not() throws Exception {
    Plan before = doubling();
    assertThat(runner().run(doubling()).state()).isEqualTo(RunState.SUCCEEDED);
    assertThatThrownBy(() -> runner().run(before))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            another run was at work on 'shop' since this was planned
              expected  the target as it was planned for, after lease 0
              found     this would be lease 2
              fix       plan again: Plan.of(runbook, target); see what it does now, and start that
              code      plan.outdated\
            """);
    assertThat(n()).isEqualTo(2);
    assertThat(runner().run(doubling()).state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(n()).isEqualTo(4);
  }

  @Test
  void one_that_was_made_while_another_run_was_at_work_is_refused() throws Exception {
    Plan during;
    try (Run other = runner().start(doubling())) {
      during = doubling();
      assertThat(other.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThatThrownBy(() -> runner().run(during))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("it was planned while the holder of lease 1 was at work");
    assertThat(n()).isEqualTo(2);
  }

  @Test
  void what_only_reads_may_be_as_old_as_it_likes() {
    Plan reading = Plan.of(runbook("Count", gate("g", rowCount("item").isBetween(1, 1))), target);
    runner().run(doubling());
    assertThat(runner().run(reading).state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(runner().run(reading).state()).isEqualTo(RunState.SUCCEEDED);
  }

  /**
   * Of two that planned for the same state at most one runs, and who does not is told why. None
   * may, when each came between two looks of the other.
   */
  @Test
  void of_two_runners_that_race_never_both_run() throws Exception {
    long won = 0;
    ExecutorService both = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 20; round++) {
        long before = n();
        CyclicBarrier start = new CyclicBarrier(2);
        Callable<String> racer =
            () -> {
              Plan plan = doubling();
              start.await();
              try {
                return runner().run(plan).state().name();
              } catch (Refusal refused) {
                return refused.findings().get(0).code();
              }
            };
        List<String> ends =
            both.invokeAll(List.of(racer, racer)).stream()
                .map(
                    end -> {
                      try {
                        return end.get();
                      } catch (Exception e) {
                        throw new AssertionError(e);
                      }
                    })
                .sorted()
                .toList();
        long ran = ends.stream().filter("SUCCEEDED"::equals).count();
        assertThat(ran).as("round %d: %s", round, ends).isLessThan(2);
        assertThat(ends.get(1)).isIn("lease.held", "plan.outdated");
        assertThat(n()).isEqualTo(ran == 1 ? 2 * before : before);
        won += ran;
        try (var connection =
                DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("shop.db"));
            var statement = connection.createStatement()) {
          statement.executeUpdate("update item set n = 1");
        }
      }
      assertThat(won).isGreaterThan(5);
    } finally {
      both.shutdownNow();
    }
  }
}
