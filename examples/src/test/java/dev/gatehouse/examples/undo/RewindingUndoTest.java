package dev.gatehouse.examples.undo;

import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static dev.gatehouse.dsl.GatehouseOperations.commandSucceeds;
import static dev.gatehouse.examples.undo.UndoWorld.change;
import static dev.gatehouse.examples.undo.UndoWorld.doubled;
import static dev.gatehouse.examples.undo.UndoWorld.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A restore that undoes one step has undone all that the target went through since the backup. */
class RewindingUndoTest {
  @TempDir Path work = Path.of("");

  private interface Story {
    void in(UndoWorld world) throws Exception;
  }

  private Stream<DynamicTest> onBoth(Story story) {
    EngineUnderTest engine = EngineUnderTest.onePostgres(RewindingUndoTest.class);
    return Stream.of(
        DynamicTest.dynamicTest(
            "SQLite",
            () -> {
              try (UndoWorld world = UndoWorld.sqlite(directory("sqlite"))) {
                story.in(world.withCents(100, 300));
              }
            }),
        DynamicTest.dynamicTest(
            "PostgreSQL",
            () -> {
              try (TestDatabase database = engine.database();
                  UndoWorld world = UndoWorld.postgres(engine, database, directory("postgres"))) {
                story.in(world.withCents(100, 300));
              }
            }));
  }

  /** What is covered by what, no database decides: on both with {@code -Pnightly}. */
  private Stream<DynamicTest> onOne(Story story) {
    return Boolean.getBoolean("engines.every") ? onBoth(story) : onBoth(story).limit(1);
  }

  private Path directory(String name) throws Exception {
    return Files.createDirectory(work.resolve(name));
  }

  private static Change restored(String name, BackUp dump) {
    return inOneTransaction(sql("insert into a values (7)"))
        .named(name)
        .undoneBy(restore(dump).named("restore for " + name));
  }

  private static void assertCovered(RunRecord run, String step, String rewind) {
    assertThat(run.step(step).orElseThrow().state()).isEqualTo(StepState.UNDONE);
    assertThat(run.step(step).orElseThrow().reason())
        .isEqualTo("covered by 'restore for " + rewind + "', the undo of '" + rewind + "'");
    assertThat(run.step(step).orElseThrow().coveredBy()).isEqualTo(rewind);
  }

  @TestFactory
  Stream<DynamicTest> what_a_restore_went_over_is_not_undone_a_second_time() {
    return onOne(
        world -> {
          BackUp dump = world.backup("Backup");
          RunRecord run = world.run(dump, doubled("Double"), restored("B", dump), failing());
          assertThat(world.cents()).containsExactly(100L, 300L);
          assertThat(run.state()).isEqualTo(RunState.UNDONE);
          assertCovered(run, "Double", "B");
          assertThat(RunText.failure(run))
              .contains(
                  "  undone    'B', compared with the content of the backup\n",
                  "\n            'Double', covered by 'restore for B', the undo of 'B'\n",
                  "  lost      what others wrote to the target since 'Backup' (20",
                  "  remains   nothing\n");
        });
  }

  @TestFactory
  Stream<DynamicTest> an_undo_that_would_find_nothing_any_more_is_not_asked() {
    return onOne(
        world -> {
          world.with("drop table a");
          BackUp dump = world.backup("Backup");
          RunRecord run =
              world.run(
                  dump,
                  change("Create", "create table a(cents bigint)", "drop table a"),
                  restored("B", dump),
                  failing());
          assertThat(run.state()).isEqualTo(RunState.UNDONE);
          assertCovered(run, "Create", "B");
          world.withCents();
        });
  }

  @TestFactory
  Stream<DynamicTest> what_cannot_be_undone_is_covered_and_what_lies_elsewhere_is_undone() {
    return onBoth(
        world -> {
          Path file = world.work.resolve("file");
          BackUp dump = world.backup("Backup");
          Step before = doubled("Before");
          Step outside =
              command("/bin/sh", "-c", "echo made >> " + file)
                  .besideTarget()
                  .named("File")
                  .undoneBy(
                      command("/bin/sh", "-c", "echo undone >> " + file)
                          .besideTarget()
                          .named("No file"));
          Step purge =
              inOneTransaction(sql("delete from a")).named("Purge").cannotBeUndone("they are gone");
          RunRecord run =
              world.run(
                  before, dump, outside, purge, restored("B", dump), doubled("After"), failing());
          assertThat(world.cents()).containsExactly(100L, 300L);
          assertThat(run.state()).isEqualTo(RunState.UNDONE);
          assertCovered(run, "Purge", "B");
          assertCovered(run, "After", "B");
          assertThat(Files.readAllLines(file)).containsExactly("made", "undone");
          assertThat(run.step("File").orElseThrow().coveredBy()).isEmpty();
          assertThat(run.step("Before").orElseThrow().coveredBy()).isEmpty();
        });
  }

  @TestFactory
  Stream<DynamicTest> a_restore_that_fails_covers_nothing() {
    return onBoth(
        world -> {
          BackUp dump = world.backup("Backup");
          Step lost =
              command("/bin/sh", "-c", "rm -rf " + world.work.resolve("vault") + "/*")
                  .besideTarget()
                  .named("Lose")
                  .cannotBeUndone("test");
          RunRecord run = world.run(dump, doubled("Double"), restored("B", dump), lost, failing());
          assertThat(run.state()).isEqualTo(RunState.NOT_UNDONE);
          assertThat(world.cents()).containsExactly(7L, 200L, 600L);
          assertThat(run.step("Double").orElseThrow().state()).isEqualTo(StepState.SUCCEEDED);
          assertThat(RunText.failure(run)).contains("'Double', covered by the undo of 'B'\n");
        });
  }

  @TestFactory
  Stream<DynamicTest> a_backup_of_an_earlier_day_covers_the_whole_run() {
    return onOne(
        world -> {
          world.run(world.backup("Yesterday"));
          Step b =
              inOneTransaction(sql("insert into a values (7)"))
                  .named("B")
                  .undoneBy(
                      restore(fromCatalogue(world.work.resolve("vault")).at(Instant.now()))
                          .named("restore for B"));
          RunRecord run = world.run(doubled("Double"), b, failing());
          assertThat(run.state()).isEqualTo(RunState.UNDONE);
          assertThat(world.cents()).containsExactly(100L, 300L);
          assertCovered(run, "Double", "B");
        });
  }

  @TestFactory
  Stream<DynamicTest> a_restore_within_the_runbook_is_undone_to_just_before_it() {
    return onBoth(
        world -> {
          BackUp dump = world.backup("Backup");
          RunRecord run =
              world.run(
                  dump,
                  doubled("Double"),
                  restore(dump).named("Back"),
                  doubled("Again"),
                  failing());
          assertThat(run.state()).isEqualTo(RunState.UNDONE);
          assertThat(world.cents()).containsExactly(100L, 300L);
          assertThat(run.step("Again").orElseThrow().coveredBy()).isEqualTo("Back");
          assertThat(run.step("Double").orElseThrow().coveredBy()).isEmpty();
        });
  }

  @Test
  void the_plan_tells_beforehand_what_is_undone_and_what_that_costs() throws Exception {
    try (UndoWorld world = UndoWorld.sqlite(directory("plan"))) {
      world.withCents(1);
      BackUp dump = world.backup("Backup");
      Step command =
          command("/bin/true")
              .named("Deploy")
              .undoneBy(command("/bin/true").unlessAlready(commandSucceeds("/bin/false")));
      String plan =
          world
              .plan(
                  List.of(
                      doubled("Before"),
                      dump,
                      command,
                      doubled("Double"),
                      restored("B", dump),
                      failing()))
              .full();
      assertThat(plan.substring(plan.indexOf("\nundo\n") + 1, plan.indexOf("\nPlan: ")))
          .isEqualTo(
              """
              undo
                if it stops at 'Before'
                  nothing to undo
                if it stops at 'Backup'
                  undo 'Before': 'undo Before'
                if 'Deploy' stops half done
                  undo 'Deploy': 'command: /bin/true'
                  undo 'Before': 'undo Before'
                if it stops at 'Double'
                  undo 'Deploy': 'command: /bin/true'
                  undo 'Before': 'undo Before'
                if it stops at 'B'
                  undo 'Double': 'undo Double'
                  undo 'Deploy': 'command: /bin/true'
                  undo 'Before': 'undo Before'
                if it stops at 'Smoke'
                  undo 'B': 'restore for B'
                    which covers 'Double'
                  undo 'Deploy': 'command: /bin/true'
                  undo 'Before': 'undo Before'
                'restore for B' loses what others wrote to the target since 'Backup'
                  'Deploy' may reach beyond the target: its own undo is executed all the same
              """);
    }
  }

  @Test
  void a_step_of_which_a_restore_undoes_one_half_is_refused() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(RewindingUndoTest.class);
    try (TestDatabase database = engine.database();
        UndoWorld world = UndoWorld.postgres(engine, database, directory("half"))) {
      world.withCents(1);
      BackUp dump = world.backup("Backup");
      Step half =
          change(
              "Half",
              "update a set cents = cents * 2; create role gh_half",
              "update a set cents = cents / 2; drop role gh_half");
      assertThatThrownBy(() -> world.plan(List.of(dump, half, restored("B", dump))))
          .hasMessage(
              """
              step 'Half' of gate 'gate of Half': 'restore for B' undoes half of it
                expected  a step that changes either the database or what belongs to the server
                found     statements of both kinds (roles, databases and the like are the server's)
                fix       make the statements on roles and databases a step of their own, before \
              'Backup'
                code      undo.half\
              """);
      world.plan(List.of(half, dump, restored("B", dump)));
    }
  }

  @Test
  void a_role_is_no_part_of_a_backup_and_keeps_its_own_undo() throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(RewindingUndoTest.class);
    try (TestDatabase database = engine.database();
        UndoWorld world = UndoWorld.postgres(engine, database, directory("role"))) {
      world.withCents(100, 300);
      BackUp dump = world.backup("Backup");
      String role = "gh_" + database.name();
      RunRecord run =
          world.run(
              dump,
              change("Role", "create role " + role, "drop role " + role),
              doubled("Double"),
              restored("B", dump),
              failing());
      assertThat(run.state()).isEqualTo(RunState.UNDONE);
      assertThat(world.cents()).containsExactly(100L, 300L);
      assertThat(run.step("Role").orElseThrow().coveredBy()).isEmpty();
      assertCovered(run, "Double", "B");
      world.with("create role " + role, "drop role " + role);
    }
  }
}
