package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
  @TempDir Path directory = Path.of("");

  private final SqliteBackups method = new SqliteBackups(Optional.empty());

  @Test
  void a_database_in_order_passes_and_is_not_touched() throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    byte[] before = Files.readAllBytes(file);
    method.preflight(Sqlite.file("shop", file), Options.DEFAULT);
    assertThat(file).hasBinaryContent(before);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void a_target_that_became_a_link_is_refused() throws Exception {
    Path file = Databases.shop(directory.resolve("sh?op#1%.db"));
    Target target = Sqlite.file("shop", file);
    Path away = directory.resolve("away.db");
    Files.move(file, away);
    Files.createSymbolicLink(file, away);
    assertThatThrownBy(() -> method.preflight(target, Options.DEFAULT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a symbolic link")
        .hasMessageContaining(away.toRealPath().toString());
  }

  @Test
  void a_hot_journal_is_rolled_back_by_the_first_who_reads_and_nothing_else_is() throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    HotJournal.leaveBeside(file);
    assertThat(Path.of(file + "-journal")).isNotEmptyFile();
    Target target = Sqlite.file("shop", file);
    method.preflight(target, Options.DEFAULT);
    try (Connection session = Sqlite.dialect().openReading(target)) {
      assertThat(Queries.number(session, "SELECT count(*) FROM customer")).isEqualTo(100);
      assertThat(Queries.text(session, "PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  @Test
  void the_preview_names_the_method() {
    assertThat(method.preview(new Options(true, false, 1))).contains("VACUUM INTO ?");
    assertThat(method.preview(Options.DEFAULT))
        .noneMatch(line -> line.contains("VACUUM"))
        .anyMatch(line -> line.contains("sqlite3_backup_step"));
  }
}
