package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows the text that is written beside an artifact, with nothing but a shell and sqlite3. */
class StockClientTest {
  @TempDir Path directory = Path.of("");

  private final SqliteBackups method = new SqliteBackups(Optional.empty());

  @Test
  void the_lines_beside_an_artifact_put_it_back_over_a_log_that_was_left_lying() throws Exception {
    assumeThat(sh("command -v sqlite3 && command -v fuser").waitFor())
        .as("NOT TESTED: sqlite3 or fuser is not on this machine")
        .isZero();
    Path file = Databases.shop(directory.resolve("the shop.db"));
    Databases.with(file, "PRAGMA journal_mode = WAL");
    Target target = Sqlite.file("shop", file);
    Path raw = directory.resolve("it's raw.db");
    Produced produced = method.backUp(target, raw, Options.DEFAULT, Progress.SILENT);
    Path log = Path.of(file + "-wal");
    byte[] left;
    try (Connection application = Databases.open(file)) {
      Queries.run(application, "DELETE FROM purchase");
      left = Copying.withoutDroppingLocks(log);
    }
    Files.write(log, left);

    List<String> lines = new ArrayList<>(method.restoreCommands("it's raw.db"));
    lines.set(0, "set -e; DB='" + file + "'");
    lines.set(2, "! " + lines.get(2));
    Process shell = sh(String.join("\n", lines));
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor())
        .as("%s%s", said, Files.readString(directory.resolve("errors")))
        .isZero();
    assertThat(said.lines()).containsExactly("ok", "ok");
    assertThat(method.contentAs(produced.content(), target, Progress.SILENT))
        .isEqualTo(produced.content());
    assertThat(Path.of(file + ".old")).isDirectoryContaining(old -> old.endsWith("the shop.db"));
  }

  private Process sh(String script) throws Exception {
    return new ProcessBuilder("sh", "-c", script)
        .directory(directory.toFile())
        .redirectError(ProcessBuilder.Redirect.to(directory.resolve("errors").toFile()))
        .start();
  }
}
