package dev.gatehouse.dsl;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One line of a script runs a runbook; whoever reads the terminal must learn how it ended. */
class SessionTest {
  private final Path directory;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private PrintStream stdout = System.out;

  SessionTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeEach
  void listen() {
    stdout = System.out;
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void give_stdout_back() {
    System.setOut(stdout);
    Session.reset("the next test is another session");
  }

  private int run(int atLeast) throws Exception {
    Target shop = Desk.shop(directory.resolve("shop.db"), "create table if not exists orders(id)");
    Plan plan =
        Plan.of(runbook("Count", gate("Orders", rowCount("orders").isAtLeast(atLeast))), shop);
    return Session.run(plan, Runner.journalingTo(directory.resolve("journals")));
  }

  @Test
  void a_run_that_failed_says_why() throws Exception {
    assertThat(run(7)).isEqualTo(3);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("gate 'Orders' did not open: table 'orders' does not hold the rows it should")
        .contains("RECAP  Count  FAILED_CLEAN");
    assertThatThrownBy(() -> run(0))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("session.latched");
  }

  @Test
  void a_run_that_passed_says_so_in_one_line() throws Exception {
    assertThat(run(0)).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("RECAP  Count  SUCCEEDED");
  }
}
