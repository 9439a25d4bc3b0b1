package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dump and the reading of the content go on at the same time, and end each other. */
class DumpBesideTest {
  private static final Duration PROMPT = Duration.ofSeconds(2);

  /** Where a tool tells what it waits for. */
  private static final String HELD = "touch \"$0.begun\"; ";

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(DumpBesideTest.class);
  private final TestDatabase database = engine.database();

  @AfterEach
  void drop() {
    database.close();
  }

  /** A pg_dump that does something else with the real one. */
  private Dumps dumps(String script) throws Exception {
    Path directory = Files.createDirectory(work.resolve("bin"));
    Path fake = directory.resolve("pg_dump");
    Files.writeString(
        fake,
        "#!/bin/sh\nreal='"
            + engine.tool("pg_dump").path()
            + "'\ncase \"$1\" in --version) exec \"$real\" --version;; esac\n"
            + script
            + "\n");
    Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(
        directory.resolve("pg_restore"), engine.tool("pg_restore").path().toRealPath());
    Dumps dumps = new Dumps(PgTools.at(directory), database, work);
    dumps.execute("CREATE TABLE item AS SELECT i FROM generate_series(1, 1000) i");
    return dumps;
  }

  private boolean dumping() {
    return Files.exists(work.resolve("bin/pg_dump.begun"));
  }

  private static void until(Callable<Boolean> there) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!there.call()) {
      assertThat(System.nanoTime()).as("it has to come in 20 s").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** Whether the session that reads the content is where the test wants it. */
  private boolean reading(String condition) throws SQLException {
    try (Connection session = database.connect()) {
      return Queries.isTrue(
          session,
          "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
              + " AND query LIKE '%count(*)%item%' AND pid <> pg_backend_pid() AND "
              + condition
              + ")");
    }
  }

  private void nothingIsLeft(Dumps dumps) throws Exception {
    assertThat(dumps.vault.artifacts()).isEmpty();
    assertThat(dumps.vault.problems()).isEmpty();
    until(() -> !reading("state = 'active'"));
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
        .noneMatch(process -> process.info().commandLine().orElse("").contains("4712"));
  }

  private CompletableFuture<Throwable> failing(Dumps dumps, Progress progress) {
    return CompletableFuture.supplyAsync(
        () -> catchThrowable(() -> dumps.backUp(Options.DEFAULT, progress)));
  }

  @Test
  void a_failure_of_the_reading_ends_the_dump_and_is_the_one_that_is_told() throws Exception {
    Dumps dumps = dumps(HELD + "sleep 4712");
    try (Connection blocking = database.connect()) {
      lock(blocking);
      CompletableFuture<Throwable> backup = failing(dumps, Progress.SILENT);
      until(() -> dumping() && reading("wait_event_type = 'Lock'"));
      long begun = System.nanoTime();
      dumps.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
              + " current_database() AND query LIKE '%count(*)%item%'"
              + " AND pid <> pg_backend_pid()");
      assertThat(backup.get(20, TimeUnit.SECONDS))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("terminating connection due to administrator command");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PROMPT);
      blocking.rollback();
    }
    nothingIsLeft(dumps);
  }

  @Test
  void a_failure_of_the_dump_ends_the_reading_and_is_the_one_that_is_told() throws Exception {
    Dumps dumps = dumps(HELD + "while [ ! -e \"$0.go\" ]; do sleep 0.01; done; exit 3");
    try (Connection blocking = database.connect()) {
      lock(blocking);
      CompletableFuture<Throwable> backup = failing(dumps, Progress.SILENT);
      until(() -> reading("wait_event_type = 'Lock'"));
      long begun = System.nanoTime();
      Files.createFile(work.resolve("bin/pg_dump.go"));
      assertThat(backup.get(20, TimeUnit.SECONDS))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("exit code 3");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PROMPT);
      blocking.rollback();
    }
    nothingIsLeft(dumps);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_abort_ends_both(boolean whileDumping) throws Exception {
    // What is not dumped is locked by nobody, so that the dump can end and the reading cannot.
    Dumps dumps =
        dumps(
            whileDumping
                ? HELD + "sleep 4712"
                : "\"$real\" \"$@\" --exclude-table=item && " + HELD + "exit 0");
    Stopping stopping = new Stopping();
    try (Connection blocking = database.connect()) {
      lock(blocking);
      CompletableFuture<Throwable> backup = failing(dumps, stopping);
      until(() -> dumping() && reading("wait_event_type = 'Lock'"));
      TimeUnit.MILLISECONDS.sleep(whileDumping ? 0 : 500);
      long begun = System.nanoTime();
      stopping.stop();
      assertThat(backup.get(20, TimeUnit.SECONDS)).hasMessageContaining("somebody stopped it");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PROMPT);
      blocking.rollback();
    }
    nothingIsLeft(dumps);
  }

  @Test
  void a_sequence_that_moves_meanwhile_comes_back_as_the_archive_has_it() throws Exception {
    Dumps dumps =
        dumps(HELD + "while [ ! -e \"$0.go\" ]; do sleep 0.01; done; exec \"$real\" \"$@\"");
    dumps.execute("CREATE SEQUENCE numbers", "CREATE SEQUENCE still START 41");
    dumps.execute("SELECT nextval('numbers')", "SELECT nextval('still')");
    CompletableFuture<Artifact> backup =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return dumps.backUp(1);
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    until(this::dumping);
    // The reading has had its turn, or has it now: whatever it saw, it is not what the dump will.
    TimeUnit.MILLISECONDS.sleep(500);
    dumps.execute("SELECT nextval('numbers') FROM generate_series(1, 6)");
    Files.createFile(work.resolve("bin/pg_dump.go"));
    Artifact artifact = backup.get(30, TimeUnit.SECONDS);
    assertThat(artifact.manifest().content().states())
        .containsEntry("sequence public.numbers", "7")
        .containsEntry("sequence public.still", "41");
    assertThat(artifact.manifest().content().differences(dumps.drill(artifact))).isEmpty();
  }

  @Test
  @Tag("nightly")
  void who_waits_for_the_dump_keeps_the_reading_waiting_and_does_not_make_it_fail()
      throws Exception {
    Dumps dumps = dumps("exec \"$real\" \"$@\"");
    // Holds the lock that a dump would hold if it took that long.
    try (Connection asTheDump = database.connect();
        Connection waiting = database.connect()) {
      asTheDump.setAutoCommit(false);
      Queries.run(asTheDump, "LOCK TABLE item IN ACCESS SHARE MODE");
      CompletableFuture<Void> exclusive =
          CompletableFuture.runAsync(
              () -> {
                try {
                  waiting.setAutoCommit(false);
                  Queries.run(waiting, "LOCK TABLE item IN ACCESS EXCLUSIVE MODE");
                  waiting.rollback();
                } catch (SQLException e) {
                  throw new AssertionError(e);
                }
              });
      until(() -> waits("LOCK TABLE item IN ACCESS EXCLUSIVE"));
      CompletableFuture<Artifact> backup =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return dumps.backUp(1);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      TimeUnit.SECONDS.sleep(40);
      assertThat(backup).isNotDone();
      asTheDump.rollback();
      exclusive.get(10, TimeUnit.SECONDS);
      assertThat(backup.get(30, TimeUnit.SECONDS).manifest().content().rows()).isEqualTo(1_000);
    }
  }

  private boolean waits(String query) throws SQLException {
    try (Connection session = database.connect()) {
      return Queries.isTrue(
          session,
          "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
              + " AND query LIKE ? || '%')",
          query);
    }
  }

  private static void lock(Connection blocking) throws SQLException {
    blocking.setAutoCommit(false);
    Queries.run(blocking, "LOCK TABLE item IN ACCESS EXCLUSIVE MODE");
  }

  /** A run that somebody stops. */
  private static final class Stopping implements Progress {
    private Runnable interrupt = () -> {};
    private boolean stopped;

    synchronized void stop() {
      stopped = true;
      interrupt.run();
    }

    @Override
    public synchronized void interruptibleBy(Runnable how) {
      interrupt = how;
      if (stopped) {
        how.run();
      }
    }

    @Override
    public synchronized void continuing() {
      if (stopped) {
        throw new StepFailed(Finding.of("run.stopped", "somebody stopped it"));
      }
    }

    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void reached(String point) {}
  }
}
