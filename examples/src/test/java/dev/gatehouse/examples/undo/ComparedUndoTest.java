package dev.gatehouse.examples.undo;

import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.rehearsed;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static dev.gatehouse.dsl.GatehouseOperations.commandSucceeds;
import static dev.gatehouse.examples.undo.UndoWorld.change;
import static dev.gatehouse.examples.undo.UndoWorld.doubled;
import static dev.gatehouse.examples.undo.UndoWorld.failing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.HandOverText;
import dev.gatehouse.core.report.RunHtml;
import dev.gatehouse.core.report.RunJson;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** That an undo ran says nothing of the data: what was compared is told, and what was not. */
class ComparedUndoTest {
  private static final String NOTHING = "nothing compares what it leaves";

  @TempDir Path work = Path.of("");

  private interface Story {
    void in(UndoWorld world) throws Exception;
  }

  private Stream<DynamicTest> onBoth(Story story) {
    EngineUnderTest engine = EngineUnderTest.onePostgres(ComparedUndoTest.class);
    return Stream.of(
        DynamicTest.dynamicTest(
            "SQLite",
            () -> {
              try (UndoWorld world = UndoWorld.sqlite(Files.createDirectory(work.resolve("s")))) {
                story.in(world.withCents(100, 300));
              }
            }),
        DynamicTest.dynamicTest(
            "PostgreSQL",
            () -> {
              try (TestDatabase database = engine.database();
                  UndoWorld world =
                      UndoWorld.postgres(
                          engine, database, Files.createDirectory(work.resolve("p")))) {
                story.in(world.withCents(100, 300));
              }
            }));
  }

  /** Undoes less than it did: half of the rows. */
  private static Change halfUndone() {
    return change(
        "Double", "update a set cents = cents * 2", "update a set cents = 100 where cents = 200");
  }

  private static void assertNeverKnown(RunRecord run, String step) {
    assertThat(run.state()).isEqualTo(RunState.UNDONE);
    String failure = RunText.failure(run);
    assertThat(failure)
        .contains(
            "ended UNDONE: a gate stayed closed, and each undo succeeded; as written, not compared:"
                + " '"
                + step
                + "'\n",
            "undone    '" + step + "', as written, not compared\n",
            "remains   not known of '"
                + step
                + "': its undo ran as written, and nothing compared what it left\n",
            " is as it was before '" + step + "'\n");
    assertThat(RunText.recap(run)).contains(" undone=1 ", " not-compared=1");
    String checklist = Checklist.filled(run, "head");
    String page = RunHtml.of(run, "head");
    String json = RunJson.of(run, "head");
    assertThat(checklist).contains("**UNDONE AS WRITTEN, NOT COMPARED**", "not known of");
    assertThat(page).contains("undone as written, not compared", NOTHING);
    assertThat(json).contains("\"undoneAsWritten\": true", "\"notCompared\": [");
    for (String text : List.of(failure, checklist, page, json, HandOverText.of(run))) {
      assertThat(text).doesNotContain("remains   nothing", "was undone", "remains: `nothing`");
    }
  }

  @TestFactory
  Stream<DynamicTest> an_undo_that_puts_back_some_rows_only_is_not_told_as_all_is_well() {
    return onBoth(
        world -> {
          assertThat(world.plan(List.of(halfUndone())).full())
              .contains("undone by 'undo Double' (as written: " + NOTHING + ")");
          RunRecord run = world.run(halfUndone(), failing());
          assertThat(world.cents()).containsExactly(100L, 600L);
          assertNeverKnown(run, "Double");
        });
  }

  @TestFactory
  Stream<DynamicTest> an_undo_that_drops_the_table_is_not_told_as_all_is_well() {
    return onBoth(
        world ->
            assertNeverKnown(
                world.run(
                    change("Double", "update a set cents = cents * 2", "drop table a"), failing()),
                "Double"));
  }

  @TestFactory
  Stream<DynamicTest> a_restore_compares_all_of_it_and_remains_what_it_was() {
    return onBoth(
        world -> {
          BackUp dump = world.backup("Backup");
          Change b =
              inOneTransaction(sql("delete from a"))
                  .named("B")
                  .undoneBy(restore(dump).named("back"));
          assertThat(world.plan(List.of(dump, b)).full())
              .contains("undone by 'back' (compared with the content of the backup)");
          RunRecord run = world.run(dump, doubled("Double"), b, failing());
          assertThat(RunText.failure(run))
              .contains(
                  "ended UNDONE: a gate stayed closed, and all that had been applied was undone\n",
                  "undone    'B', compared with the content of the backup\n",
                  "remains   nothing\n");
          assertThat(RunText.recap(run)).doesNotContain("not-compared");
          assertThat(RunJson.of(run, "head"))
              .contains("\"undoCompared\": \"with the content of the backup\"")
              .doesNotContain("undoneAsWritten", "notCompared");
        });
  }

  @TestFactory
  Stream<DynamicTest> a_transaction_that_was_rolled_back_needs_no_comparison() {
    return onBoth(
        world -> {
          RunRecord run =
              world.run(
                  inOneTransaction(sql("update a set cents = 0"), failing())
                      .named("Zero")
                      .undoneBy(sql("drop table a")));
          assertThat(run.state()).isEqualTo(RunState.FAILED_CLEAN);
          assertThat(RunText.failure(run)).contains("remains   nothing\n");
        });
  }

  /** Only what is asked behind the last statement tells anything of what they leave. */
  @TestFactory
  Stream<DynamicTest> a_check_in_the_undo_compares_what_stands_before_it() {
    return onBoth(
        world -> {
          var asked =
              noRows("select 1 where (select sum(cents) from a) <> 400").named("sum as before");
          Change behind =
              inOneTransaction(sql("update a set cents = cents * 2"))
                  .named("Behind")
                  .undoneBy(inOneTransaction(sql("update a set cents = cents / 2"), asked));
          Change before =
              inOneTransaction(sql("update a set cents = cents * 2"))
                  .named("Before")
                  .undoneBy(
                      inOneTransaction(
                          noRows("select 1 from a where cents is null"),
                          sql("update a set cents = cents / 2")));
          RunRecord run = world.run(behind, before, failing());
          assertThat(RunText.failure(run))
              .contains(
                  "'Behind', compared by 'sum as before'\n",
                  "'Before', as written, not compared\n",
                  "remains   not known of 'Before': ")
              .doesNotContain("not known of 'Behind'");
        });
  }

  @Test
  void what_was_rehearsed_was_compared_on_a_copy_and_not_here() throws Exception {
    try (UndoWorld world = UndoWorld.sqlite(Files.createDirectory(work.resolve("r")))) {
      world.withCents(100, 300);
      BackUp dump = world.backup("Backup");
      Change doubled = doubled("Double");
      Change tried =
          rehearsed(doubled)
              .onCopyOf(dump)
              .into(Files.createDirectory(work.resolve("scratch")))
              .named("tried");
      assertThat(world.plan(List.of(dump, tried, doubled)).full())
          .contains("(as written; on a copy only: compared by 'tried')");
      String failure = RunText.failure(world.run(dump, tried, doubled, failing()));
      assertThat(failure)
          .contains(
              "remains   not known of 'Double': its undo ran as written, compared on a copy only,"
                  + " by 'tried'\n");
    }
  }

  @Test
  void a_command_is_compared_by_what_proves_it() throws Exception {
    try (UndoWorld world = UndoWorld.sqlite(Files.createDirectory(work.resolve("c")))) {
      world.withCents(1);
      Path file = world.work.resolve("file");
      var made = command("/bin/sh", "-c", "touch " + file).besideTarget();
      var gone = command("/bin/sh", "-c", "rm " + file).besideTarget();
      Change proven =
          made.named("Proven")
              .undoneBy(
                  gone.provenBy(
                      commandSucceeds("/bin/sh", "-c", "test ! -e " + file).named("is gone")));
      Change unproven = made.named("Unproven").undoneBy(gone);
      String failure = RunText.failure(world.run(unproven, failing()));
      assertThat(failure).contains("'Unproven', as written, not compared\n");
      failure = RunText.failure(world.run(proven, failing()));
      assertThat(failure).contains("'Proven', compared by 'is gone'\n", "remains   nothing\n");
    }
  }
}
