package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.fault.FullDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullDiskTest {
  @TempDir Path directory = Path.of("");

  private final SqliteBackups method = new SqliteBackups(Optional.empty());
  private Path small = Path.of("");

  /**
   * One test, as a process for which the directory is a small disk: so nobody needs to be root.
   *
   * @param args the directory of the test, and what it does there
   */
  public static void main(String[] args) throws Exception {
    FullDiskTest test = new FullDiskTest();
    test.directory = Path.of(args[0]);
    test.small = test.directory.resolve("small");
    switch (args[1]) {
      case "back up" -> test.backUp(false);
      case "back up compacting" -> test.backUp(true);
      case "restore" -> test.restore();
      default -> throw new IllegalArgumentException(args[1]);
    }
    System.out.print("as expected");
  }

  private void onSmallDisk(String what) throws Exception {
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            FullDiskTest.class.getName(),
            directory.toString(),
            what);
    Path disk = Files.createDirectory(directory.resolve("small"));
    Optional<List<String>> command = FullDisk.mounted(disk, 1 << 20, java);
    assumeThat(command)
        .as("NOT TESTED: a full disk needs a user namespace (unshare -Urm) or the right to mount")
        .isPresent();
    Process process = new ProcessBuilder(command.orElseThrow()).redirectErrorStream(true).start();
    assertThat(process.getInputStream().readAllBytes()).asString().endsWith("as expected");
    assertThat(process.waitFor()).isZero();
    assertThat(disk).as("the disk was the process's own").isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_backup_onto_it_fails_and_leaves_no_file(boolean compacting) throws Exception {
    onSmallDisk(compacting ? "back up compacting" : "back up");
  }

  private void backUp(boolean compacting) throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    Databases.with(
        file, "CREATE TABLE bulk (x)", "INSERT INTO bulk SELECT randomblob(20000) FROM customer");
    Target target = Sqlite.file("shop", file);
    Content before = method.content(target, Progress.SILENT);
    Path copy = small.resolve("copy.db");
    assertThatThrownBy(
            () -> method.backUp(target, copy, new Options(compacting, false, 1), Progress.SILENT))
        .isInstanceOf(java.sql.SQLException.class);
    assertThat(small).isEmptyDirectory();
    assertThat(method.content(target, Progress.SILENT)).isEqualTo(before);
  }

  @Test
  void a_restore_on_it_is_refused_and_changes_nothing() throws Exception {
    onSmallDisk("restore");
  }

  private void restore() throws Exception {
    Path file = Databases.shop(small.resolve("shop.db"));
    Databases.with(
        file, "CREATE TABLE bulk (x)", "INSERT INTO bulk SELECT randomblob(6000) FROM customer");
    Target target = Sqlite.file("shop", file);
    Path raw = directory.resolve("copy.db");
    Produced produced = method.backUp(target, raw, Options.DEFAULT, Progress.SILENT);
    Content before = method.content(target, Progress.SILENT);
    assertThatThrownBy(
            () ->
                method.restoreFile(
                    Artifacts.of(raw, produced), raw, target, "key", Progress.SILENT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no room for the restored file");
    assertThat(method.content(target, Progress.SILENT)).isEqualTo(before);
    try (var files = Files.list(small)) {
      assertThat(files).containsExactly(file);
    }
    assertThatThrownBy(() -> method.preflight(target, Options.DEFAULT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no room for a second copy");
  }
}
