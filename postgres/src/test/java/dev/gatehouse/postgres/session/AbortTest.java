package dev.gatehouse.postgres.session;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.backup.Dumps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the word of a person to the end of the run, in less than two seconds. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AbortTest {
  private static final Duration SOON = Duration.ofSeconds(2);

  /** What a session of ours is doing that would take long. */
  private static final String BUSY =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gatehouse'"
          + " AND state = 'active' AND query LIKE ?"
          + " AND clock_timestamp() - query_start > interval '300 ms'";

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(AbortTest.class);
  private final TestDatabase database = engine.database();
  private final AtomicReference<@Nullable Connection> locker = new AtomicReference<>();
  private Content before = new Content("", List.of());

  /** An index that takes ten seconds to be made again. */
  @BeforeEach
  void fill() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE item AS SELECT generate_series(1, 200) AS id",
            "CREATE FUNCTION public.slowly(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$BEGIN"
                + " PERFORM pg_catalog.pg_sleep(coalesce(nullif(pg_catalog.current_setting("
                + "'shop.nap', true), ''), '0')::float); RETURN id; END$$",
            "CREATE INDEX slow ON item (public.slowly(id))");
    before = dumps().content();
  }

  @AfterEach
  void drop() throws Exception {
    unlock();
    database.close();
  }

  private void unlock() throws Exception {
    Connection lock = locker.getAndSet(null);
    if (lock != null) {
      lock.close();
    }
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private BackUp dump() {
    return backUp(into(work.resolve("vault"))).named("Dump");
  }

  private void lockItem() {
    try {
      Connection session = database.connect();
      locker.set(session);
      Queries.run(session, "BEGIN; LOCK TABLE item");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void napFromNowOn() {
    try {
      dumps().execute("ALTER ROLE " + database.account() + " SET shop.nap = '0.05'");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param point where the trap is set
   * @param like what the run is then doing
   */
  private RunRecord aborted(Runbook runbook, String point, Runnable trap, String like)
      throws Exception {
    Runner runner =
        Runner.journalingTo(work.resolve("journals"))
            .withPoints(
                reached -> {
                  if (reached.endsWith(point)) {
                    trap.run();
                  }
                });
    try (Run run = runner.start(Plan.of(runbook, dumps().target));
        TestDatabase beside = engine.database();
        // In the database itself it would be somebody else who is connected.
        Connection witness = beside.connect()) {
      CompletableFuture<RunRecord> ended = CompletableFuture.supplyAsync(run::toEnd);
      while (Queries.pinned(witness, BUSY, like).equals("0")) {
        assertThat(ended).isNotDone();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      long begun = System.nanoTime();
      run.abort("dba", "it takes too long");
      RunRecord record = ended.get();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      System.out.println("aborted while " + like + ": " + took.toMillis() + " ms");
      assertThat(took).isLessThan(SOON);
      return record;
    } finally {
      dumps().execute("ALTER ROLE " + database.account() + " RESET shop.nap");
    }
  }

  private void requireNothingLeft(RunRecord record) throws Exception {
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    unlock();
    assertThat(before.differences(dumps().content())).isEmpty();
    assertThat(dumps().databaseLike("gatehouse\\_drill\\_%")).isEmpty();
    try (var left = Files.list(work.resolve("vault"))) {
      assertThat(left.map(file -> String.valueOf(file.getFileName())))
          .noneMatch(name -> name.startsWith(".restore") || name.startsWith(".drill"));
    }
  }

  @Test
  void a_dump_that_waits_for_a_lock() throws Exception {
    RunRecord record =
        aborted(
            runbook("Abort", gate("Backup", dump())),
            "backup.snapshot-exported",
            this::lockItem,
            "LOCK TABLE %");
    requireNothingLeft(record);
    assertThat(dumps().vault.artifacts()).isEmpty();
  }

  @Test
  void a_dump_in_parallel_that_waits_for_a_lock() throws Exception {
    requireNothingLeft(
        aborted(
            runbook("Abort", gate("Backup", dump().inParallel(2))),
            "backup.snapshot-exported",
            this::lockItem,
            "LOCK TABLE %"));
  }

  @Test
  void a_drill_that_makes_an_index() throws Exception {
    BackUp dump = dump();
    requireNothingLeft(
        aborted(
            runbook(
                "Abort",
                gate("Backup", dump),
                gate("Proved", restoreDrill(dump).intoScratchDatabase())),
            "drill.begun",
            this::napFromNowOn,
            "CREATE INDEX %"));
  }

  @Test
  void a_restore_in_place_that_waits_for_a_lock() throws Exception {
    BackUp dump = dump();
    requireNothingLeft(
        aborted(
            runbook("Abort", gate("Backup", dump), gate("Back", restore(dump).named("Restore"))),
            "restore.safety-published",
            this::lockItem,
            "DROP %"));
  }

  @Test
  void a_restore_in_place_that_makes_an_index() throws Exception {
    BackUp dump = dump();
    requireNothingLeft(
        aborted(
            runbook("Abort", gate("Backup", dump), gate("Back", restore(dump).named("Restore"))),
            "Restore:lease.verified",
            this::napFromNowOn,
            "CREATE INDEX %"));
  }

  @Test
  void a_statement_of_a_script() throws Exception {
    Change script =
        inOneTransaction(sql("insert into item values (0)"), sql("select pg_sleep(60)"))
            .named("Script")
            .cannotBeUndone("a test");
    Files.createDirectories(work.resolve("vault"));
    requireNothingLeft(
        aborted(runbook("Abort", gate("Apply", script)), "none", () -> {}, "%pg_sleep(60)%"));
  }
}
