package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore is undone by the backup that it takes first. */
class RestoreUndoTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(RestoreUndoTest.class);
  private final TestDatabase database = engine.database();

  @AfterEach
  void drop() {
    database.close();
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  @Test
  void what_was_there_before_the_restore_is_there_again() throws Exception {
    dumps().execute("CREATE TABLE item AS SELECT generate_series(1, 100) AS id");
    List<Content> replaced = new ArrayList<>();
    BackUp dump = backUp(into(work.resolve("vault"))).named("Dump");
    Runner runner =
        Runner.journalingTo(work.resolve("journals"))
            .withPoints(
                point -> {
                  if (point.equals("Restore:lease.verified") && replaced.isEmpty()) {
                    replaced.add(damaged());
                  }
                });
    RunRecord record =
        runner.run(
            Plan.of(
                runbook(
                    "Undone",
                    gate("Backup", dump),
                    gate("Back", restore(dump).named("Restore")),
                    gate(
                        "Judged",
                        noRows("select 1 from item having count(*) = 100").named("not so many"))),
                dumps().target));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(record.step("Restore").orElseThrow().state()).isEqualTo(StepState.UNDONE);
    assertThat(replaced.get(0).differences(dumps().content())).isEmpty();
    assertThat(replaced.get(0).tables()).hasSize(2);
    assertThat(dumps().vault.artifacts()).as("the dump, and one before each restore").hasSize(3);
  }

  private Content damaged() {
    try {
      dumps()
          .execute(
              "DELETE FROM item WHERE id % 3 = 0",
              "CREATE TABLE later (id serial, label text)",
              "INSERT INTO later (label) VALUES ('kept')");
      return dumps().content();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
