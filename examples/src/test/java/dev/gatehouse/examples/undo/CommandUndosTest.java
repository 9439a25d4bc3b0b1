package dev.gatehouse.examples.undo;

import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static dev.gatehouse.dsl.GatehouseOperations.commandSucceeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.dsl.operation.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Undos that are programs: what they did not do is never called undone. */
class CommandUndosTest {
  @TempDir Path work = Path.of("");
  private UndoWorld world = UndoWorld.sqlite(work);

  @BeforeEach
  void cents() throws Exception {
    world = UndoWorld.sqlite(work).withCents(100, 300);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private Command shell(String script) {
    return command("/bin/sh", "-c", script).withDirectory(work);
  }

  private Command make(String file) {
    return shell("touch " + file).besideTarget().named("Make " + file);
  }

  private Check exists(String file) {
    return commandSucceeds("/usr/bin/test", "-e", work.resolve(file).toString());
  }

  private Check absent(String file) {
    return commandSucceeds("/usr/bin/test", "!", "-e", work.resolve(file).toString());
  }

  private RunRecord run(Step... steps) {
    return world.run(steps);
  }

  private static StepState state(RunRecord run, String step) {
    return run.step(step).orElseThrow().state();
  }

  @Test
  void one_that_ends_otherwise_than_it_should_has_undone_nothing() {
    RunRecord run = run(make("a").undoneBy(shell("rm a; exit 3")), UndoWorld.failing());
    assertThat(run.state()).isEqualTo(RunState.NOT_UNDONE);
    assertThat(state(run, "Make a")).isEqualTo(StepState.UNDO_FAILED);
    assertThat(RunText.failure(run)).contains("exit code 3");
  }

  @Test
  void one_that_is_killed_by_its_deadline_has_undone_nothing() {
    Command slow = shell("sleep 300").withDeadline(Duration.ofMillis(300));
    RunRecord run = run(make("a").undoneBy(slow), UndoWorld.failing());
    assertThat(run.state()).isEqualTo(RunState.NOT_UNDONE);
  }

  @Test
  void one_whose_program_is_gone_by_then_has_undone_nothing() throws Exception {
    Path program = work.resolve("program");
    Files.writeString(program, "#!/bin/sh\nrm a\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Step lose = shell("rm program").named("Lose").nothingToUndo("test");
    RunRecord run = run(make("a").undoneBy(command(program.toString())), lose, UndoWorld.failing());
    assertThat(run.state()).isEqualTo(RunState.NOT_UNDONE);
  }

  @Test
  void one_whose_directory_is_gone_by_then_has_undone_nothing() throws Exception {
    Path there = Files.createDirectory(work.resolve("there"));
    Step lose = shell("rmdir there").named("Lose").nothingToUndo("test");
    RunRecord run =
        run(
            make("a").undoneBy(command("rm", work.resolve("a").toString()).withDirectory(there)),
            lose,
            UndoWorld.failing());
    assertThat(run.state()).isEqualTo(RunState.NOT_UNDONE);
  }

  @Test
  void one_that_is_missing_while_planning_is_refused() {
    assertThatThrownBy(() -> world.plan(List.of(make("a").undoneBy(command("no-such-program")))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no program 'no-such-program'");
  }

  @Test
  void one_whose_proof_sees_nothing_asks_a_person() {
    Command lying = shell("true").provenBy(absent("a")).named("Lie");
    RunRecord run = run(make("a").undoneBy(lying), UndoWorld.failing());
    assertThat(run.state()).isNotEqualTo(RunState.UNDONE);
    assertThat(state(run, "Make a")).isNotEqualTo(StepState.UNDONE);
  }

  @Test
  void what_was_so_before_is_not_undone() throws Exception {
    Files.createFile(work.resolve("a"));
    RunRecord run =
        run(
            make("a").unlessAlready(exists("a")).undoneBy(shell("rm a")),
            make("b").undoneBy(shell("rm b")),
            UndoWorld.failing());
    assertThat(run.state()).isEqualTo(RunState.UNDONE);
    assertThat(work.resolve("a")).exists();
    assertThat(work.resolve("b")).doesNotExist();
  }

  @Test
  void one_that_is_so_before_is_undone_without_it() {
    Command once = shell("touch twice; rm a").unlessAlready(absent("a"));
    Step lose = shell("rm a").named("Lose").nothingToUndo("test");
    RunRecord run = run(make("a").undoneBy(once), lose, UndoWorld.failing());
    assertThat(run.state()).isEqualTo(RunState.UNDONE);
    assertThat(work.resolve("twice")).doesNotExist();
  }

  @Test
  void half_of_what_failed_is_undone() {
    RunRecord run =
        run(shell("touch a; exit 1").named("Half").undoneBy(shell("rm a")), UndoWorld.failing());
    assertThat(run.state()).isEqualTo(RunState.UNDONE);
    assertThat(work.resolve("a")).doesNotExist();
  }

  /** Whose end nobody saw: what shows it is asked, and where nothing does, a person. */
  @Test
  void one_in_which_the_process_dies_is_executed_once() throws Exception {
    for (Check shown : List.of(absent("a"), exists("nothing"))) {
      boolean proven = shown.name().contains("!");
      int points = 0;
      for (int death = 1; death <= Math.max(points, 1); death++) {
        Path there = Files.createTempDirectory(work, "life");
        UndoWorld life = UndoWorld.sqlite(there).withCents(1);
        Files.deleteIfExists(work.resolve("log"));
        Command undo = shell("echo undone >> log; rm a");
        Plan plan =
            life.plan(
                List.of(
                    make("a").undoneBy(proven ? undo.unlessAlready(shown) : undo),
                    UndoWorld.failing()));
        int[] passed = {0, 0};
        int dying = death;
        Runner runner =
            life.runner()
                .withPoints(
                    point -> {
                      passed[0] += passed[1];
                      if (point.equals(":stopping.durable")) {
                        passed[1] = 1;
                      }
                      if (passed[1] == 1 && passed[0] == dying) {
                        passed[0]++;
                        throw new AssertionError("dies at " + point);
                      }
                    });
        Run run = runner.start(plan);
        try {
          run.toEnd();
        } catch (AssertionError died) {
          run.close();
          run = runner.resume(plan.runbook(), life.target(), run.journal());
          run.toEnd();
        }
        points = Math.max(points, passed[0] - 1);
        RunState end = run.record().state();
        run.close();
        Path log = work.resolve("log");
        boolean undone = Files.exists(log);
        assertThat(undone ? Files.readAllLines(log) : List.of("undone")).hasSize(1);
        assertThat(end).as("death " + death).isIn(RunState.UNDONE, RunState.IN_DOUBT);
        if (end == RunState.UNDONE || proven) {
          assertThat(end).as("death " + death).isEqualTo(RunState.UNDONE);
          assertThat(work.resolve("a")).doesNotExist();
          assertThat(undone).isTrue();
        }
        Files.deleteIfExists(work.resolve("a"));
      }
      System.out.println(points + " deaths");
      assertThat(points).isGreaterThan(5);
    }
  }

  @Test
  void one_beside_a_restore_is_executed_in_its_place() throws Exception {
    BackUp dump = world.backup("Backup");
    RunRecord run =
        run(
            dump,
            log("made").besideTarget().undoneBy(log("undone")),
            UndoWorld.doubled("Double"),
            inOneTransaction(sql("update a set cents = 0"))
                .named("Zero")
                .undoneBy(restore(dump).named("Restore")),
            log("later").undoneBy(log("back")),
            UndoWorld.failing());
    assertThat(run.state()).isEqualTo(RunState.UNDONE);
    assertThat(Files.readAllLines(work.resolve("log")))
        .containsExactly("made", "later", "back", "undone");
    assertThat(world.cents()).containsExactly(100L, 300L);
  }

  private Command log(String word) {
    return shell("echo " + word + " >> log").named(word);
  }

  /**
   * Once it ended UNDONE over 99 and 299: the restore had undone it, and its own undo did again.
   */
  @Test
  void one_that_may_follow_a_restore_of_the_same_is_refused_or_looks_or_is_covered()
      throws Exception {
    BackUp dump = world.backup("Backup");
    Command add = sqlite("cents + 1").named("Add");
    Command sub = sqlite("cents - 1").named("Sub");
    Step zero =
        inOneTransaction(sql("update a set cents = 0"))
            .named("Zero")
            .undoneBy(restore(dump).named("Restore"));
    assertThatThrownBy(
            () -> world.plan(List.of(dump, add.undoneBy(sub), zero, UndoWorld.failing())))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            step 'Add' of gate 'gate of Add': perhaps 'Restore' undoes it before its own undo
              expected  a step that says what it touches, or an undo that looks before it acts
              found     an undo that may change the target, executed over content that is put back
              fix       besideTarget() where it leaves the target alone, inTarget() where it \
            touches nothing else, or an undo with unlessAlready(check), a request with \
            provenBy(check)
              code      undo.blind\
            """);
    Step looking = add.undoneBy(sub.unlessAlready(noRows("select 1 from a where cents % 2 = 1")));
    for (Step one : List.of(add.inTarget().undoneBy(sub), looking)) {
      RunRecord run = run(dump, one, zero, UndoWorld.failing());
      assertThat(run.state()).isEqualTo(RunState.UNDONE);
      assertThat(world.cents()).containsExactly(100L, 300L);
    }
    Change less = inOneTransaction(sql("update a set cents = cents - 1")).cannotBeUndone("test");
    for (Step one : List.of(add.undoneBy(less), add.besideTarget().undoneBy(less))) {
      assertThatThrownBy(() -> world.plan(List.of(dump, one, zero)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("undo.blind");
    }
    world.plan(List.of(dump, add.undoneBy(sub.besideTarget()), zero));
    world.plan(List.of(add.undoneBy(sub), dump, zero, UndoWorld.failing()));
    world.plan(List.of(dump, zero, add.undoneBy(sub), UndoWorld.failing()));
  }

  /** A program of its own that changes the target. */
  private Command sqlite(String cents) {
    return command(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Sql.class.getName(),
        work.resolve("shop.db").toString(),
        "update a set cents = " + cents);
  }

  /** Executes a statement on a file. */
  static final class Sql {
    private Sql() {}

    public static void main(String[] arguments) throws Exception {
      try (Connection session = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
          Statement statement = session.createStatement()) {
        statement.execute(arguments[1]);
      }
    }
  }

  @Test
  void what_it_prints_is_no_secret_and_its_end_is_told() {
    RunRecord run =
        run(
            make("a")
                .undoneBy(
                    shell("cat; rm a; exit 4")
                        .withSecretOnStdin(Secret.of("key", "hunter2-hunter2".toCharArray()))),
            UndoWorld.failing());
    assertThat(RunText.failure(run)).doesNotContain("hunter2").contains("exit code 4");
    List<Finding> findings = run.step("Make a").orElseThrow().findings();
    assertThat(findings.toString()).doesNotContain("hunter2");
  }
}
