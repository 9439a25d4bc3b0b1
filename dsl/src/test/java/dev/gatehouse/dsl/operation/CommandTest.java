package dev.gatehouse.dsl.operation;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static dev.gatehouse.dsl.GatehouseOperations.commandSucceeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CommandTest {
  private Path directory;
  private Desk desk;

  @BeforeEach
  void a_shop(@TempDir Path temporary) throws Exception {
    directory = temporary;
    desk = Desk.at(directory);
  }

  @AfterEach
  void close() throws Exception {
    desk.close();
  }

  private static Change once(Command command) {
    return command.cannotBeUndone("test");
  }

  private static Command shell(String script) {
    return command("/bin/sh", "-c", script);
  }

  private String output(Command command) throws Exception {
    return desk.apply(once(command)).fact("output").orElseThrow();
  }

  @Test
  void arguments_arrive_as_they_are_written_without_a_shell() throws Exception {
    assertThat(output(command("printf", "%s|", "a b", "$HOME", "*", "'\"", ";ls", "")))
        .isEqualTo("a b|$HOME|*|'\"|;ls||");
  }

  @Test
  void the_exit_code_decides_and_the_end_of_the_output_is_told() throws Exception {
    assertThatThrownBy(() -> desk.apply(once(shell("echo broken >&2; exit 3"))))
        .isInstanceOf(StepFailed.class)
        .hasMessage(
            """
            the command did not succeed
              expected  exit code 0: /bin/sh -c 'echo broken >&2; exit 3'
              found     exit code 3
                        broken
              fix       run it by hand, fix what it reports: /bin/sh -c 'echo broken >&2; exit 3'
              code      command.exit\
            """);
    Evidence evidence = desk.apply(once(shell("exit 3").expectingExit(3)));
    assertThat(evidence.fact("exit")).contains("3");
    assertThatThrownBy(() -> desk.apply(once(shell("exit 0").expectingExit(3))))
        .isInstanceOf(StepFailed.class);
  }

  @Test
  void a_program_is_found_in_the_path_and_its_file_is_in_the_plan() throws Exception {
    Effect effect =
        desk.bind(
            once(
                command("sh", "-c", "exit 'x'")
                    .withDirectory(directory)
                    .withDeadline(Duration.ofSeconds(90))));
    assertThat(effect.preview().get(0))
        .startsWith("cd " + directory + " && /")
        .endsWith("/sh -c 'exit '\\''x'\\'''");
    assertThat(effect.preview().get(1)).isEqualTo("in at most 1m30s, exit code 0");
    assertThat(effect.touchesTarget()).isTrue();
  }

  @Test
  void a_command_beside_the_target_says_so_and_is_not_held_back_by_standing_checks()
      throws Exception {
    Effect effect = desk.bind(once(command("true").besideTarget()));

    assertThat(effect.touchesTarget()).isFalse();
    assertThat(effect.preview()).contains("beside the target: standing checks do not hold it back");
  }

  @Test
  void what_cannot_be_executed_is_refused_while_planning() {
    for (String program : new String[] {"no-such-program", "/no/such/program", "bin/sh", "/tmp"}) {
      assertThatThrownBy(() -> desk.bind(once(command(program))))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("there is no program '" + program + "'");
    }
    assertThatThrownBy(
            () -> desk.bind(once(shell("true").withDirectory(directory.resolve("absent")))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("command.directory");
  }

  @Test
  void it_runs_where_it_is_told_with_a_small_environment() throws Exception {
    assertThat(output(command("pwd").withDirectory(directory)))
        .isEqualTo(directory.toRealPath().toString());
    String[] kept = {
      "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"
    };
    assertThat(System.getenv().keySet())
        .as("something to hold back")
        .anyMatch(name -> !List.of(kept).contains(name));
    assertThat(output(command("env")).lines().map(line -> line.replaceAll("=.*", "")))
        .contains("PATH")
        .isSubsetOf(kept);
  }

  @Test
  void its_input_is_empty_unless_it_gets_the_secret() throws Exception {
    assertThat(output(shell("wc -c"))).isEqualTo("0");
    Secret secret = Secret.of("password", "pässword".toCharArray());
    Change change = once(command("wc", "-c").withSecretOnStdin(secret));
    assertThat(desk.apply(change).fact("output")).contains("9");
    assertThat(change.secrets()).containsExactly(secret);
    assertThat(desk.bind(change).preview().get(0))
        .endsWith("wc -c < (secret 'password')")
        .doesNotContain("pässword");
    desk.apply(once(command("true").withSecretOnStdin(secret)));
  }

  @Test
  void an_argument_that_holds_the_secret_is_misuse() {
    Secret secret = Secret.of("password", "hunter2".toCharArray());
    assertThatThrownBy(() -> command("mysql", "-phunter2").withSecretOnStdin(secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'password'")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void a_secret_that_would_fill_the_pipe_and_block_is_misuse() {
    Secret secret = Secret.of("key", "s".repeat(16_385).toCharArray());
    assertThatThrownBy(() -> command("cat").withSecretOnStdin(secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("secret 'key' has 16385 characters");
  }

  @Test
  void past_its_deadline_it_and_all_it_started_are_killed() throws Exception {
    Path pids = directory.resolve("pids");
    String script =
        "(sleep 300 & echo $! >> '" + pids + "'; wait) & echo $! >> '" + pids + "'; wait";
    assertThatThrownBy(() -> desk.apply(once(shell(script).withDeadline(Duration.ofMillis(700)))))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("command.deadline");
    assertGone(pids);
  }

  @Test
  void when_the_run_is_stopped_it_and_all_it_started_are_killed() throws Exception {
    Path pids = directory.resolve("pids");
    Stopping stopping = new Stopping(pids);
    desk.watchedBy(stopping);
    String script = "sleep 300 & echo $! >> '" + pids + "'; wait";
    assertThatThrownBy(() -> desk.apply(once(shell(script))))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("command.exit");
    assertGone(pids);
  }

  private static void assertGone(Path pids) throws Exception {
    assertThat(Files.readAllLines(pids)).isNotEmpty();
    for (String pid : Files.readAllLines(pids)) {
      var handle = ProcessHandle.of(Long.parseLong(pid.strip()));
      if (handle.isPresent()) {
        handle.get().onExit().get(5, TimeUnit.SECONDS);
      }
    }
  }

  /** Presses stop as soon as the command has written whom it started. */
  private record Stopping(Path pids) implements Progress {
    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void reached(String point) {}

    @Override
    public void continuing() {}

    @Override
    public void interruptibleBy(Runnable interrupt) {
      Thread presser =
          new Thread(
              () -> {
                while (!Files.exists(pids) || pids.toFile().length() == 0) {
                  Thread.onSpinWait();
                }
                interrupt.run();
              });
      presser.setDaemon(true);
      presser.start();
    }
  }

  @Test
  void a_child_that_keeps_the_output_open_does_not_keep_the_command() throws Exception {
    long begun = System.nanoTime();
    assertThat(output(shell("sleep 20 & echo done"))).isEqualTo("done");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void of_much_output_the_end_is_kept_without_control_sequences() throws Exception {
    String all = output(shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"));
    assertThat(all).startsWith("... ").endsWith("line 19999").hasSizeLessThan(1_600);
    assertThat(output(command("printf", "\\033[31mred\\033[0m \\033]0;title\\007plain\\000\\b")))
        .isEqualTo("red plain");
  }

  @Test
  void its_proof_must_hold_afterwards_and_answers_the_probe() throws Exception {
    Command proven = command("true").provenBy(tableExists("made"));
    Command disproven = command("true").provenBy(tableExists("absent"));
    desk.apply(once(proven));
    assertThatThrownBy(() -> desk.apply(once(disproven)))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("there is no table 'absent'");
    assertThat(probe(proven)).isEqualTo(ProbeResult.Kind.APPLIED);
    assertThat(probe(disproven)).isEqualTo(ProbeResult.Kind.NOT_APPLIED);
    assertThat(probe(command("true").provenBy(tableExists("other.made"))))
        .isEqualTo(ProbeResult.Kind.UNKNOWN);
    assertThat(probe(command("true"))).isEqualTo(ProbeResult.Kind.UNKNOWN);
    assertThat(desk.bind(once(proven)).preview()).contains("proven by table made exists:");
  }

  /** That the whole is not so does not prove that nothing was done. */
  @Test
  void what_ended_and_is_not_proved_is_never_told_as_clean() {
    RunRecord unseen = run(command("true").provenBy(tableExists("absent")));
    assertThat(unseen.steps().get(0).state()).isEqualTo(StepState.IN_DOUBT);
    RunRecord half =
        run(shell("touch half; exit 3").withDirectory(directory).provenBy(tableExists("absent")));
    assertThat(half.state()).isEqualTo(RunState.UNDONE);
    assertThat(directory.resolve("undone")).exists();
  }

  private RunRecord run(Command command) {
    Change change =
        command.undoneBy(command("touch", "undone").withDirectory(directory).besideTarget());
    Plan plan = Plan.of(runbook("Commands", gate("g", change)), desk.target());
    try (Run run = Runner.journalingTo(directory.resolve("journals")).startAnother(plan)) {
      return run.toEnd();
    }
  }

  private ProbeResult.Kind probe(Command command) throws Exception {
    return ((Effect.External) desk.bind(once(command))).probe(desk, "key").kind();
  }

  @Test
  void as_a_check_it_passes_fails_or_cannot_tell() throws Exception {
    assertThat(desk.ask(commandSucceeds("true")).status()).isEqualTo(Status.PASSED);
    Outcome failed = desk.ask(commandSucceeds("/bin/sh", "-c", "echo no; exit 1"));
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(failed.findings().get(0).found()).isEqualTo("exit code 1\nno");
    Outcome late =
        desk.ask(commandSucceeds(command("sleep", "300").withDeadline(Duration.ofMillis(200))));
    assertThat(late.status()).isEqualTo(Status.INCONCLUSIVE);
    assertThatThrownBy(() -> commandSucceeds("no-such-program").plan(desk))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void a_command_undoes_a_command() {
    Change change = command("a", "on").undoneBy(command("a", "off"));
    assertThat(((Undo.By) change.undo()).step()).hasToString("command: a off");
    assertThat(change).hasToString("command: a on");
    assertThat(command("a")).asString().contains("not yet a step");
  }
}
