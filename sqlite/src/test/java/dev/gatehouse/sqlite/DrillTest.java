package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.sqlite.page.JournalMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillTest {
  @TempDir Path directory = Path.of("");

  private final SqliteBackups method = new SqliteBackups(Optional.empty());
  private Path raw = Path.of("");
  private Path scratch = Path.of("");

  @BeforeEach
  void make_directories() throws Exception {
    raw = Files.createDirectory(directory.resolve("raw")).resolve("it''s ?a#b%20.db");
    scratch = Files.createDirectory(directory.resolve("scratch"));
  }

  private Artifact backup() throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    Produced produced =
        method.backUp(Sqlite.file("shop", file), raw, Options.DEFAULT, Progress.SILENT);
    return Artifacts.of(raw, produced);
  }

  private Content drill(Artifact artifact, Progress progress) throws Exception {
    return method.drill(artifact, raw, progress);
  }

  @Test
  void a_good_copy_has_the_content_of_its_manifest_and_nothing_is_left_behind() throws Exception {
    Artifact artifact = backup();
    byte[] before = Files.readAllBytes(raw);
    FaultAt progress = FaultAt.nowhere();
    assertThat(drill(artifact, progress)).isEqualTo(artifact.manifest().content());
    assertThat(progress.points()).hasSizeGreaterThanOrEqualTo(5).doesNotHaveDuplicates();
    assertThat(raw).hasBinaryContent(before);
    try (var files = Files.list(raw.resolveSibling("."))) {
      assertThat(files).hasSize(1);
    }
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void a_copy_that_asks_for_a_write_ahead_log_grows_no_sidecars() throws Exception {
    Artifact artifact = backup();
    JournalMode.WAL.writeInto(raw);
    assertThat(drill(artifact, Progress.SILENT)).isEqualTo(artifact.manifest().content());
    try (var files = Files.list(raw.resolveSibling("."))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void damage_that_the_engine_finds_fails_with_its_own_words() throws Exception {
    Artifact artifact = backup();
    byte[] bytes = Files.readAllBytes(raw);
    bytes[4096] = 0x7f;
    Files.write(raw, bytes);
    assertThatThrownBy(() -> drill(artifact, Progress.SILENT))
        .isInstanceOf(dev.gatehouse.core.outcome.StepFailed.class)
        .hasMessageContaining("the copy is damaged")
        .hasMessageContaining("copy.damaged");
  }

  @Test
  void every_flipped_bit_in_a_row_is_found_by_the_engine_or_by_content() throws Exception {
    Artifact artifact = backup();
    Content recorded = artifact.manifest().content();
    byte[] good = Files.readAllBytes(raw);
    Random random = new Random(20261121);
    int soundButDifferent = 0;
    int flips = 0;
    while (flips < 300) {
      // Rows fill their pages from the end; what is flipped in free space is no content.
      int page = 1 + random.nextInt(good.length / 4096 - 1);
      int at = page * 4096 + 4096 - 1 - random.nextInt(900);
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(raw, bad);
      flips++;
      try {
        assertThat(drill(artifact, Progress.SILENT)).as("byte " + at).isNotEqualTo(recorded);
        soundButDifferent++;
      } catch (dev.gatehouse.core.outcome.StepFailed | java.sql.SQLException e) {
        assertThat(e).hasMessageFindingMatch("damaged|malformed|SQLITE_CORRUPT");
      }
    }
    assertThat(soundButDifferent).as("damage that integrity_check let pass").isPositive();
  }

  @Test
  void a_fault_at_any_point_leaves_nothing_behind() throws Exception {
    Artifact artifact = backup();
    FaultAt none = FaultAt.nowhere();
    drill(artifact, none);
    for (String point : none.points()) {
      assertThatThrownBy(() -> drill(artifact, new FaultAt(point)))
          .isInstanceOf(FaultAt.Fault.class);
      try (var files = Files.list(raw.resolveSibling("."))) {
        assertThat(files).hasSize(1);
      }
      assertThat(scratch).isEmptyDirectory();
    }
  }
}
