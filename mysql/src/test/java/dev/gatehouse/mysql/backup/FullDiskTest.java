package dev.gatehouse.mysql.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.fault.FullDisk;
import dev.gatehouse.mysql.Served;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the server may take, or the disk of the vault, is used up in the middle of it. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FullDiskTest {
  private static final int MEGA = 1 << 20;

  @Parameter Served served = Served.all().get(0);
  @TempDir Path work = Path.of("");

  static List<Served> servers() {
    return Served.share(FullDiskTest.class);
  }

  private RunRecord run(Backups backups, Change change) {
    return Runner.journalingTo(work.resolve("journals"))
        .run(Plan.of(runbook("Full", gate("Gate", change)), backups.target));
  }

  private static String said(RunRecord record, String step) {
    return record.step(step).orElseThrow().findings().get(0).text();
  }

  /** By a table that the server keeps in memory: on a disk that is really full servers die. */
  @Test
  void of_the_server_in_a_drill_and_in_a_restore_leaves_the_target_as_it_was() throws Exception {
    try (Backups backups = new Backups(served, work)) {
      backups.execute(
          "CREATE TABLE item (id INT AUTO_INCREMENT PRIMARY KEY, a CHAR(250)) ENGINE = MEMORY",
          "INSERT INTO item (a) VALUES (REPEAT('a', 250))");
      for (int i = 0; i < 9; i++) {
        backups.execute("INSERT INTO item (a) SELECT a FROM item");
      }
      Artifact artifact = backups.backUp(Backups.accepting("item"), Progress.SILENT);
      backups.execute("DROP TABLE item", "CREATE TABLE kept (id INT PRIMARY KEY)");
      Content before = backups.content();
      String most = backups.database.one("SELECT @@GLOBAL.max_heap_table_size");
      Change restoring =
          restore(fromCatalogue(work.resolve("vault")).withId(artifact.id())).named("Restore");
      try {
        backups.execute("SET GLOBAL max_heap_table_size = 16384");
        assertThatThrownBy(() -> backups.drill(artifact))
            .isInstanceOf(StepFailed.class)
            .hasMessageContaining("the server has no room for the copy")
            .hasMessageContaining("'item' is full (error 1114)");
        assertThat(backups.copies()).isEmpty();
        RunRecord restored = run(backups, restoring);
        assertThat(said(restored, "Restore"))
            .contains("the server has no room for the copy")
            .contains("make room on the server's disk");
        assertThat(restored.state()).isEqualTo(RunState.FAILED_CLEAN);
      } finally {
        backups.execute("SET GLOBAL max_heap_table_size = " + most);
      }
      assertThat(before.differences(backups.content())).isEmpty();
      assertThat(backups.drill(artifact)).isEmpty();
    }
  }

  @Test
  void of_the_vault_in_a_backup_leaves_nothing_there() throws Exception {
    Path vault = Files.createDirectory(work.resolve("vault"));
    Optional<FullDisk> disk = FullDisk.mount(vault, MEGA);
    assumeThat(disk).as("NOT TESTED: a full disk needs the right to mount a tmpfs").isPresent();
    try (FullDisk small = disk.orElseThrow();
        Backups backups = new Backups(served, work)) {
      Files.setPosixFilePermissions(vault, PosixFilePermissions.fromString("rwx------"));
      backups.execute(
          "CREATE TABLE big (id INT AUTO_INCREMENT PRIMARY KEY, a VARBINARY(600))",
          "INSERT INTO big (a) VALUES (RANDOM_BYTES(600)), (RANDOM_BYTES(600))");
      for (int i = 0; i < 12; i++) {
        backups.execute("INSERT INTO big (a) SELECT RANDOM_BYTES(600) FROM big");
      }
      RunRecord record = run(backups, backUp(into(vault)).named("Dump"));
      assertThat(said(record, "Dump"))
          .contains("the disk of the vault is full")
          .contains("No space left on device")
          .contains("df '" + vault);
      assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(small.free()).isGreaterThan(MEGA * 9 / 10);
    }
  }
}
