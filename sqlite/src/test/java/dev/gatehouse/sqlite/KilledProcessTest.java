package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessTest {
  @TempDir Path directory = Path.of("");

  private final SqliteBackups method = new SqliteBackups(Optional.empty());

  @Test
  @Timeout(60)
  void a_lease_ends_with_its_process_and_not_before() throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    Target target = Sqlite.file("shop", file);
    Process victim = Victim.start("lease", file.toString());
    try (BufferedReader said = victim.inputReader()) {
      assertThat(said.lines().filter(line -> line.startsWith("held")).findFirst())
          .contains("held 1");
      assertThatThrownBy(() -> Sqlite.dialect().concurrency().lease(target, "me"))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("victim, since ")
          .hasMessageContaining("with epoch 1");
      victim.destroyForcibly().waitFor();
      try (Lease mine = Sqlite.dialect().concurrency().lease(target, "me")) {
        assertThat(mine.epoch()).isEqualTo(2);
        mine.verify();
      }
    }
  }

  @Test
  @Timeout(60)
  void a_lease_whose_locks_were_lost_does_not_verify_once_another_process_has_taken_it()
      throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    Target target = Sqlite.file("shop", file);
    try (Lease mine = Sqlite.dialect().concurrency().lease(target, "me")) {
      // Closing any descriptor of a file drops all locks that this process holds on it.
      assertThat(Files.readAllBytes(directory.resolve("shop.db.gatehouse"))).isNotEmpty();
      Process victim = Victim.start("lease", file.toString());
      try (BufferedReader said = victim.inputReader()) {
        assertThat(said.lines().filter(line -> line.startsWith("held")).findFirst())
            .contains("held 2");
        assertThatThrownBy(mine::verify)
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("epoch 2 is held by victim since ");
      } finally {
        victim.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  @Timeout(60)
  void a_restore_killed_after_its_rename_is_applied() throws Exception {
    assertThat(killedAt("restore.renamed", "WAL")).isEqualTo(State.APPLIED);
  }

  @Test
  @Timeout(60)
  void a_restore_killed_before_its_rename_is_not_applied() throws Exception {
    assertThat(killedAt("restore.sidecars-moved", "WAL")).isEqualTo(State.NOT_APPLIED);
  }

  @Test
  @Tag("nightly")
  void a_restore_killed_anywhere_leaves_the_old_or_the_new_and_can_be_done_again()
      throws Exception {
    FaultAt points = FaultAt.nowhere();
    Path file = Databases.shop(directory.resolve("plain.db"));
    Path raw = directory.resolve("plain-copy.db");
    Target target = Sqlite.file("plain", file);
    Produced produced = method.backUp(target, raw, Options.DEFAULT, Progress.SILENT);
    method.restoreFile(Artifacts.of(raw, produced), raw, target, "key", points);
    for (String mode : List.of("DELETE", "WAL")) {
      for (String point : points.points()) {
        killedAt(point, mode);
      }
    }
  }

  private State killedAt(String point, String mode) throws Exception {
    Path place = Files.createTempDirectory(directory, "place").toRealPath();
    Path file = Databases.shop(place.resolve("shop.db"));
    Databases.with(file, "PRAGMA journal_mode = " + mode);
    Target target = Sqlite.file("shop", file);
    Path raw = place.resolve("copy.db");
    Produced produced = method.backUp(target, raw, Options.DEFAULT, Progress.SILENT);
    Artifact artifact = Artifacts.of(raw, produced);
    Content good = method.content(target, Progress.SILENT);
    LeftLog left = LeftLog.of(file, "DELETE FROM purchase");
    Content damaged = method.content(target, Progress.SILENT);
    if (mode.equals("WAL")) {
      left.lieBeside();
    }

    Process victim = Victim.start("restore", file.toString(), raw.toString(), point);
    String said = new String(victim.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(victim.waitFor()).as("%s", said).isEqualTo(9);

    State state = method.state(target, "key");
    Content now = method.content(target, Progress.SILENT);
    assertThat(now).as(point).isEqualTo(state == State.APPLIED ? good : damaged);
    assertThat(state).as(point).isNotEqualTo(State.UNKNOWN);
    method.restoreFile(artifact, raw, target, "key", Progress.SILENT);
    assertThat(method.content(target, Progress.SILENT)).as(point).isEqualTo(good);
    return state;
  }
}
