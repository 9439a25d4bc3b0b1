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
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullDiskTest {
  @TempDir Path directory = Path.of("");

  private final SqliteBackups method = new SqliteBackups();
  private Path small = Path.of("");

  @BeforeEach
  void mount_a_small_disk() throws Exception {
    small = Files.createDirectory(directory.resolve("small"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()))
        .as("NOT TESTED: a full disk needs the right to mount a tmpfs")
        .isZero();
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", small.toString());
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_backup_onto_it_fails_and_leaves_no_file(boolean compacting) throws Exception {
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
