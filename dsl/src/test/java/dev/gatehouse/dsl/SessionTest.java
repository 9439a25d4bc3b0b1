package dev.gatehouse.dsl;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

  private int asked(String... typed) throws Exception {
    Target shop = Desk.shop(directory.resolve("shop.db"), "create table if not exists orders(id)");
    Plan plan =
        Plan.of(
            runbook(
                "Open",
                gate("Ready", acknowledge("is the team there?").by("lead")),
                gate("Orders", rowCount("orders").isAtLeast(0))),
            shop);
    Iterator<String> lines = List.of(typed).iterator();
    AtTerminal terminal =
        new AtTerminal(
            prompt -> {
              System.out.print(prompt);
              return lines.hasNext() ? Optional.of(lines.next()) : Optional.empty();
            },
            "ada");
    return Session.run(
        plan,
        Runner.journalingTo(directory.resolve("asked")),
        Optional.of(terminal),
        (run, record) -> Shell.tell(run, record));
  }

  @Test
  void whoever_sits_at_the_terminal_is_asked_and_answers_in_their_name() throws Exception {
    assertThat(asked("yes")).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("is the team there?\nyou answer as lead, and are ada; yes, no, or later: ")
        .contains("RECAP  Open  SUCCEEDED");
  }

  @Test
  void a_no_fails_the_run_with_its_reason() throws Exception {
    assertThat(asked("no", "two are ill")).isEqualTo(3);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("why not? ", "ada declined");
    try (Stream<Path> files = Files.list(directory.resolve("asked"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".journal")))
          .singleElement()
          .satisfies(file -> assertThat(file).content().contains("two are ill"));
    }
  }

  @Test
  void whatever_else_is_typed_leaves_it_waiting_with_all_to_go_on_by() throws Exception {
    assertThat(asked("y")).isEqualTo(5);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("  waits     'is the team there? (lead)'")
        .contains("  journal   " + directory.resolve("asked"))
        .contains("runner.resume(runbook, target, Path.of(JOURNAL))");
  }

  @Test
  void a_terminal_that_is_gone_leaves_it_waiting() throws Exception {
    assertThat(asked()).isEqualTo(5);
  }

  @Test
  void without_a_terminal_nobody_is_waited_for() throws Exception {
    assumeThat(System.console()).isNull();
    Target shop = Desk.shop(directory.resolve("shop.db"), "create table if not exists orders(id)");
    Plan plan =
        Plan.of(runbook("Open", gate("Ready", acknowledge("is the team there?").by("lead"))), shop);
    assertThat(Session.runAsking(plan, Runner.journalingTo(directory.resolve("none"))))
        .isEqualTo(5);
  }
}
