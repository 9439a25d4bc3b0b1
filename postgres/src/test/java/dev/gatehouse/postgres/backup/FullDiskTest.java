package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.FullDisk;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The disk of the server, or that of the vault, is full in the middle of it. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FullDiskTest {
  private static final int MEGA = 1 << 20;

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(FullDiskTest.class);
  private final TestDatabase database = engine.database();
  private final String tablespace = database.name() + "_small";
  private Content before = new Content("", List.of());

  @BeforeEach
  void fill() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE item AS SELECT i AS id, md5(i::text) || md5((i + 1)::text) AS label"
                + " FROM generate_series(1, 60000) i");
    before = dumps().content();
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
    try (TestDatabase beside = engine.database();
        Connection session = beside.connect()) {
      Queries.run(session, "DROP TABLESPACE IF EXISTS " + tablespace);
    }
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private static FullDisk small(Path directory, int bytes) throws Exception {
    Optional<FullDisk> disk = FullDisk.mount(directory, bytes);
    assumeThat(disk).as("NOT TESTED: a full disk needs the right to mount a tmpfs").isPresent();
    return disk.orElseThrow();
  }

  /** The database moves to a disk of its own; the log of the server stays where it is. */
  private FullDisk smallDiskOfTheServer(int bytes) throws Exception {
    Path directory = Files.createDirectory(work.resolve("small"));
    FullDisk disk = small(directory, bytes);
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setOwner(
        directory, Files.getOwner(Path.of("/proc", "" + engine.pid().orElseThrow(), "stat")));
    try (TestDatabase beside = engine.database();
        Connection session = beside.connect()) {
      Queries.run(session, "CREATE TABLESPACE " + tablespace + " LOCATION '" + directory + "'");
      Queries.run(session, "ALTER DATABASE " + database.name() + " SET TABLESPACE " + tablespace);
    }
    return disk;
  }

  private RunRecord run(Change change) {
    Runbook runbook = runbook("Full", gate("Gate", change));
    return Runner.journalingTo(work.resolve("journals")).run(Plan.of(runbook, dumps().target));
  }

  private static String said(RunRecord record, String step) {
    return record.step(step).orElseThrow().findings().get(0).text();
  }

  @Test
  void of_the_server_in_a_restore_and_in_a_script_leaves_the_target_as_it_was() throws Exception {
    Artifact artifact = dumps().backUp(1);
    FullDisk disk = smallDiskOfTheServer(40 * MEGA);
    try {
      Path ballast = disk.fillBut(2 * MEGA);
      RunRecord restored =
          run(restore(fromCatalogue(work.resolve("vault")).withId(artifact.id())).named("Restore"));
      assertThat(restored.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(said(restored, "Restore"))
          .contains("the server refused a statement of the backup")
          .contains("No space left on device")
          .contains("make room on the server's disk");
      assertThat(before.differences(dumps().content())).isEmpty();
      RunRecord script =
          run(
              inOneTransaction(sql("insert into item select i from generate_series(1, 500000) i"))
                  .named("Script")
                  .cannotBeUndone("a test"));
      assertThat(script.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(said(script, "Script"))
          .contains("No space left on device")
          .contains("give the server what it lacks");
      assertThat(before.differences(dumps().content())).isEmpty();
      Files.delete(ballast);
      assertThat(run(restore(fromCatalogue(work.resolve("vault")).withId(artifact.id()))).state())
          .isEqualTo(RunState.SUCCEEDED);
    } finally {
      drop();
      disk.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void of_the_vault_in_a_backup_leaves_nothing_there(int jobs) throws Exception {
    Path vault = work.resolve("vault");
    try (FullDisk disk = small(vault, MEGA)) {
      Files.setPosixFilePermissions(vault, PosixFilePermissions.fromString("rwx------"));
      RunRecord record = run(backUp(into(vault)).inParallel(jobs).named("Dump"));
      assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(said(record, "Dump"))
          .contains("the disk of the vault is full")
          .containsPattern("expected  room for at most \\d{7} bytes")
          .contains("No space left on device")
          .contains("df '" + vault);
      assertThat(disk.free()).isGreaterThan(MEGA * 9 / 10);
      try (var left = Files.list(vault)) {
        assertThat(left.map(file -> String.valueOf(file.getFileName())))
            .noneMatch(name -> name.startsWith(".staging") || name.contains("dump"));
      }
    }
  }

  @Test
  void of_the_vault_in_a_restore_leaves_the_target_as_it_was() throws Exception {
    Path vault = work.resolve("vault");
    try (FullDisk disk = small(vault, 8 * MEGA)) {
      Files.setPosixFilePermissions(vault, PosixFilePermissions.fromString("rwx------"));
      Artifact artifact = dumps().backUp(1);
      disk.fillBut(MEGA);
      RunRecord record = run(restore(fromCatalogue(vault).withId(artifact.id())).named("Restore"));
      assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(said(record, "Restore"))
          .containsPattern("make sure there are \\d{7} bytes of room: df '");
      assertThat(before.differences(dumps().content())).isEmpty();
      assertThat(disk.free()).isGreaterThan(MEGA * 9 / 10);
    }
  }
}
