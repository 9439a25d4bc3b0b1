package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.rehearsed;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sender;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A rehearsal that is stopped while it works on its copy leaves neither copy nor statement. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // JDBC heeds no interrupt
class RehearsalAbortTest {
  private static final String SLOW = "insert into orders select 9, 9 from pg_sleep(120)";

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(RehearsalAbortTest.class);
  private final TestDatabase database = engine.database();

  @BeforeEach
  void a_shop() throws Exception {
    dumps()
        .execute(
            "create table orders(id int primary key, total int)",
            "insert into orders values (1, 10), (2, 20)");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private Plan plan(String there, String back) throws Exception {
    BackUp dump = backUp(into(work.resolve("vault"))).named("dump");
    Change change =
        inOneTransaction(sql(there))
            .named("change")
            .undoneBy(inOneTransaction(sql(back)).named("back").cannotBeUndone("the way back"));
    return Plan.of(
        runbook(
            "Housekeeping",
            gate("Backup", dump),
            gate(
                "Rehearsed",
                rehearsed(change).onCopyOf(dump).intoScratchDatabase().named("rehearsal"))),
        dumps().target);
  }

  private interface Stop {
    void stop(Run run) throws Exception;
  }

  /** Stopped while the copy executes what takes two minutes. */
  private RunRecord stopped(Plan plan, Stop stop) throws Exception {
    Content content = dumps().content();
    Baseline definitions = dumps().catalogue();
    RunRecord record;
    try (Connection witness = database.connect();
        Run run = Runner.journalingTo(work.resolve("journals")).start(plan)) {
      CompletableFuture<RunRecord> ended = CompletableFuture.supplyAsync(run::untilPeople);
      while (sleeping(witness).equals("0")) {
        assertThat(ended).isNotDone();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      long begun = System.nanoTime();
      stop.stop(run);
      ended.get(90, TimeUnit.SECONDS);
      assertThat(sleeping(witness)).as("no statement is left on the copy").isEqualTo("0");
      assertThat(System.nanoTime() - begun).as("soon").isLessThan(TimeUnit.SECONDS.toNanos(60));
      record = run.record();
    }
    assertThat(dumps().databaseLike("gatehouse_drill_%")).isEmpty();
    assertThat(work.resolve("vault").toFile().list()).noneMatch(name -> name.contains("rehearsal"));
    assertThat(content.differences(dumps().content())).isEmpty();
    assertThat(definitions.drift(dumps().catalogue()))
        .noneMatch(drift -> !drift.object().name().contains("gatehouse"));
    return record;
  }

  private static String sleeping(Connection witness) throws Exception {
    return Queries.column(
            witness,
            "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'gatehouse_drill_%'"
                + " AND state = 'active' AND query LIKE '%pg_sleep(%120)%'")
        .get(0);
  }

  private void isStopped(RunRecord record) {
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.step("rehearsal").orElseThrow().state()).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(record.remarks())
        .extracting(RunRecord.Remark::text)
        .anyMatch(text -> text.startsWith("ABORT") || text.contains("ABORT: "));
  }

  @Test
  void an_abort_while_the_change_is_made() throws Exception {
    isStopped(stopped(plan(SLOW, "delete from orders where id = 9"), run -> run.abort("me", "so")));
  }

  /** The undo of a rehearsal is no undo: what it works on is thrown away. */
  @Test
  void an_abort_while_the_change_is_undone() throws Exception {
    isStopped(
        stopped(
            plan("delete from orders where id = 1", SLOW.replace("9, 9", "1, 10")),
            run -> run.abort("me", "so")));
  }

  @Test
  void an_abort_by_letter() throws Exception {
    try (Sender sender = Sender.unsigned()) {
      isStopped(
          stopped(
              plan(SLOW, "delete from orders where id = 9"), run -> sender.abort(run.journal())));
    }
  }

  /** A close waits for the step that is under way, and is no abort. */
  @Test
  void a_run_that_is_closed() throws Exception {
    String slow = SLOW.replace("120", "3.120");
    RunRecord record = stopped(plan(slow, "delete from orders where id = 9"), Run::close);
    assertThat(record.step("rehearsal").orElseThrow().state()).isEqualTo(StepState.SUCCEEDED);
  }
}
