package dev.gatehouse.postgres.session;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Detour;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server, or a session of it, that is lost under a step: no hang, no half, and nothing twice. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // JDBC heeds no interrupt
class ServerLostTest {
  private static final Change SLOW =
      inOneTransaction(
              sql("insert into public.work values (1)"),
              sql("insert into public.work select 2 from pg_sleep((table public.pace))"))
          .named("slow")
          .cannotBeUndone("a test's own database");

  private static final Runbook RUNBOOK =
      runbook(
          "lost",
          gate("slow", SLOW),
          gate(
              "then",
              inOneTransaction(sql("insert into public.work values (3)"))
                  .named("last")
                  .cannotBeUndone("a test's own database")));

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(ServerLostTest.class);

  @TempDir Path journals = Path.of("");

  @FunctionalInterface
  private interface Fault {
    void strikes() throws Exception;
  }

  private static void prepare(TestDatabase database, int seconds) throws SQLException {
    database.run("CREATE TABLE work (id int)");
    database.run("CREATE TABLE pace AS SELECT " + seconds + " AS seconds");
  }

  /** The session that sleeps in its second statement. */
  private static long sleeper(TestDatabase database) throws Exception {
    String sleeping =
        "SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            + " AND datname = current_database()";
    long pid = 0;
    while (pid == 0) {
      Thread.sleep(20);
      pid = Long.parseLong(database.one(sleeping));
    }
    return pid;
  }

  private static CompletableFuture<Void> beside(Fault fault) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            fault.strikes();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private RunRecord run(Target target) {
    return Runner.journalingTo(journals).run(Plan.of(RUNBOOK, target));
  }

  private RunRecord resumed(Target target) throws IOException {
    try (Stream<Path> files = Files.list(journals);
        Run run =
            Runner.journalingTo(journals)
                .resume(
                    RUNBOOK,
                    target,
                    files
                        .filter(path -> path.toString().endsWith(".journal"))
                        .findAny()
                        .orElseThrow())) {
      return run.toEnd();
    }
  }

  private static void requireNothingDone(RunRecord record, TestDatabase database)
      throws SQLException {
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.step("slow").orElseThrow().state()).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(record.step("slow").orElseThrow().reason()).contains("its marker row is not there");
    assertThat(database.one("SELECT count(*) FROM work")).isEqualTo("0");
  }

  /** What stood in the way is gone, and so is the run that met it. */
  private void requireThatItCanBeDoneNow(TestDatabase database) throws SQLException {
    database.run("UPDATE pace SET seconds = 0");
    assertThat(run(Targets.of(database)).state()).isEqualTo(RunState.SUCCEEDED);
    requireAllDone(database);
  }

  private static void requireAllDone(TestDatabase database) throws SQLException {
    assertThat(database.one("SELECT string_agg(id::text, ',' ORDER BY id) FROM work"))
        .isEqualTo("1,2,3");
  }

  @Test
  void a_server_that_crashes_under_a_statement_leaves_nothing_of_its_step() throws Exception {
    try (OwnServer server = engine.another();
        TestDatabase database = server.database()) {
      prepare(database, 600);
      CompletableFuture<Void> crash =
          beside(
              () -> {
                sleeper(database);
                server.crash();
              });
      RunRecord record = run(Targets.of(database));
      crash.join();
      // looked at while the server was down, nobody could tell
      assertThat(record.state()).isIn(RunState.IN_DOUBT, RunState.FAILED_CLEAN);
      if (record.state() == RunState.IN_DOUBT) {
        assertThat(record.step("slow").orElseThrow().reason()).contains("could not look");
        record = resumed(Targets.of(database));
      }
      requireNothingDone(record, database);
      requireThatItCanBeDoneNow(database);
    }
  }

  @Test
  void a_server_that_crashes_behind_a_commit_has_the_proof_and_a_resume_goes_on() throws Exception {
    goesOnAfter("slow:committed", OwnServer::crash);
  }

  @Test
  void a_server_that_is_restarted_between_two_steps_ends_the_lease_and_a_resume_goes_on()
      throws Exception {
    goesOnAfter("slow:marker.read", OwnServer::restart);
  }

  @FunctionalInterface
  private interface Loss {
    void befalls(OwnServer server) throws Exception;
  }

  private void goesOnAfter(String point, Loss loss) throws Exception {
    try (OwnServer server = engine.another();
        TestDatabase database = server.database()) {
      prepare(database, 0);
      Runner runner =
          Runner.journalingTo(journals)
              .withPoints(
                  reached -> {
                    if (reached.equals(point)) {
                      beside(() -> loss.befalls(server)).join();
                    }
                  });
      assertThatThrownBy(() -> runner.run(Plan.of(RUNBOOK, Targets.of(database))))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("the lease of 'contract' is lost")
          .hasMessageContaining("fix       resume the run");
      assertThat(database.one("SELECT count(*) FROM work")).isEqualTo("2");
      assertThat(resumed(Targets.of(database)).state()).isEqualTo(RunState.SUCCEEDED);
      requireAllDone(database);
    }
  }

  @Test
  void a_session_that_is_ended_under_a_statement_leaves_nothing_of_its_step() throws Exception {
    try (TestDatabase database = engine.database()) {
      prepare(database, 600);
      CompletableFuture<Void> end = beside(() -> database.endSession(sleeper(database)));
      RunRecord record = run(Targets.of(database));
      end.join();
      requireNothingDone(record, database);
      requireThatItCanBeDoneNow(database);
    }
  }

  @Test
  @Tag("nightly") // waits for deadlines; one frozen session is in every build: FrozenServerTest
  void a_server_that_freezes_under_a_statement_is_in_doubt_and_not_waited_for() throws Exception {
    try (OwnServer server = engine.another();
        TestDatabase database = server.database();
        Detour impatient = Targets.detour(database, 2)) {
      prepare(database, 3);
      CompletableFuture<Void> freeze =
          beside(
              () -> {
                sleeper(database);
                server.freeze();
              });
      RunRecord record = run(impatient.target());
      freeze.join();
      assertThat(record.state()).isEqualTo(RunState.IN_DOUBT);
      server.thaw();
      requireNothingDone(resumed(impatient.target()), database);
      requireThatItCanBeDoneNow(database);
    }
  }
}
