package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.CanaryScanner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.ProcessWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool that dies, hangs, ends short, floods or leaks: nothing is published, nobody waits. */
class DumpToolTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(DumpToolTest.class);

  private Path real() {
    return engine.tool("pg_dump").path();
  }

  /** A pg_dump that does something else with the real one. */
  private PgTools tools(String script) throws Exception {
    Path directory = Files.createDirectory(work.resolve("bin"));
    Path fake = directory.resolve("pg_dump");
    Files.writeString(
        fake,
        "#!/bin/sh\nreal='"
            + real()
            + "'\ncase \"$1\" in --version) exec \"$real\" --version;; esac\n"
            + script
            + "\n");
    Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
    return PgTools.at(directory).withPatience(Duration.ofSeconds(2));
  }

  private void refusedToPublish(String script, String message) throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(tools(script), database, work);
      dumps.execute("CREATE TABLE a AS SELECT i, repeat('x', 100) FROM generate_series(1, 2000) i");
      assertThatThrownBy(() -> dumps.backUp(1))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining(message)
          .hasMessageNotContaining(database.secret().reveal(String::new));
      assertThat(dumps.vault.artifacts()).isEmpty();
      assertThat(dumps.vault.problems()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 100, 3_000, 100_000})
  void a_dump_that_ends_short_with_exit_code_0_is_not_published(int bytes) throws Exception {
    refusedToPublish("\"$real\" \"$@\" | head -c " + bytes + "; exit 0", "not a whole archive");
  }

  @Test
  void a_dump_that_fails_after_all_its_bytes_is_not_published() throws Exception {
    refusedToPublish("\"$real\" \"$@\"; exit 3", "exit code 3");
  }

  @Test
  void a_dump_that_dies_is_not_published() throws Exception {
    refusedToPublish("\"$real\" \"$@\" | head -c 5000; kill -9 $$", "exit code 137");
  }

  @Test
  void a_dump_that_hangs_is_killed_with_all_it_started() throws Exception {
    long begun = System.nanoTime();
    refusedToPublish("sleep 4711 & sleep 4711", "wrote nothing for 2 s and was killed");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
    assertThat(
            ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .flatMap(p -> p.info().commandLine().stream())
                .filter(line -> line.contains("4711")))
        .isEmpty();
  }

  @Test
  void a_flood_of_words_is_kept_in_bounds_and_a_secret_in_them_is_not_shown() throws Exception {
    refusedToPublish(
        "cat >&2; i=0; while [ $i -lt 20000 ]; do echo 'pg_dump: warning: again and again' >&2;"
            + " i=$((i+1)); done; exit 1",
        "again and again");
  }

  @Test
  void a_secret_that_the_tool_repeats_is_not_shown() throws Exception {
    refusedToPublish("cat >&2; exit 1", "password=[");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void the_password_is_in_no_command_line_and_no_environment(int jobs) throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(
          "CREATE TABLE a AS SELECT i, repeat('x', 100) FROM generate_series(1, 20000) i",
          "CREATE TABLE b AS SELECT * FROM a");
      CanaryScanner scanner = new CanaryScanner(database.secret().reveal(String::new));
      try (ProcessWatch watch = ProcessWatch.over(scanner)) {
        dumps.drill(dumps.backUp(jobs));
        assertThat(watch.saw("pg_dump")).isTrue();
        assertThat(watch.saw("pg_restore")).isTrue();
        assertThat(watch.leaks()).isEmpty();
      }
      try (var files = Files.walk(work)) {
        assertThat(files.map(file -> String.valueOf(file.getFileName())))
            .noneMatch(name -> name.startsWith(".service"));
      }
    }
  }

  @Test
  void a_missing_tool_is_refused_while_planning_with_the_package_to_install() throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(PgTools.at(work), database, work);
      assertThatThrownBy(() -> dumps.method.preflight(dumps.target, Options.DEFAULT))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("there is no pg_dump that fits PostgreSQL " + engine.asked())
          .hasMessageContaining("apt-get install postgresql-client-" + engine.asked());
    }
  }
}
