package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.Sampled.Few;
import dev.gatehouse.sqlite.page.LogFrames;
import dev.gatehouse.sqlite.page.LogIndex;
import dev.gatehouse.sqlite.page.PageDigest;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy is the source's when every page is, as another process reads them from its files. */
class PagesTest {
  private static final String MORE =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
          + " INSERT INTO bulk (x) SELECT randomblob(abs(random()) % 9000) FROM n";

  @TempDir Path directory = Path.of("");

  private final SqliteBackups method = new SqliteBackups(Optional.empty());
  private final AtomicInteger made = new AtomicInteger();

  private Path database(String... pragmas) throws Exception {
    Path file = directory.resolve("shop.db").toAbsolutePath();
    Databases.with(file, pragmas);
    Databases.with(file, "CREATE TABLE bulk (id INTEGER PRIMARY KEY, x)", MORE);
    return Databases.shop(file).toRealPath();
  }

  private Artifact published(Target target, Options options, Progress progress) throws Exception {
    Vault vault = Vault.at(directory.resolve("vault"));
    try (Staging staging = vault.stage("key " + made.incrementAndGet(), Instant.now())) {
      Produced produced = method.backUp(target, staging, "shop", options, progress);
      Facts facts =
          Facts.of(
              produced.fileNames(),
              produced.method(),
              produced.content(),
              produced.source().identity(),
              produced.snapshotAt(),
              produced.versions());
      return staging.publish(options.zstd() ? facts.compressed() : facts);
    }
  }

  private static Optional<String> pages(Content content) {
    return PagedContent.pagesOf(content);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, 512, 0",
    "WAL, 512, 2",
    "DELETE, 65536, 1",
    "WAL, 65536, 0",
    "WAL, 4096, 1",
    "PERSIST, 1024, 2"
  })
  void the_published_file_is_byte_for_byte_what_was_read(String mode, int size, int vacuum)
      throws Exception {
    Path file =
        database(
            "PRAGMA page_size = " + size,
            "PRAGMA auto_vacuum = " + vacuum,
            "PRAGMA journal_mode = " + mode);
    Target target = Sqlite.file("shop", file);
    try (Connection open = Databases.open(file)) {
      Queries.run(open, "DELETE FROM bulk WHERE id % 3 = 0");
      Queries.run(open, "PRAGMA user_version = 7");
      for (Options options : List.of(Options.DEFAULT, Options.DEFAULT.compressed())) {
        Artifact artifact = published(target, options, Progress.SILENT);
        Manifest manifest = artifact.manifest();
        assertThat(pages(manifest.content())).contains(manifest.rawSha256());
        assertThat(manifest.versions().get("content of"))
            .isEqualTo("every page of the source; its rows counted");
        assertThat(manifest.content().tables())
            .allMatch(table -> table.digest().equals("counted"))
            .anyMatch(table -> table.table().equals("customer") && table.rows() == 100);
      }
      Path copy = directory.resolve("copy.db");
      method.backUp(target, copy, Options.DEFAULT, Progress.SILENT);
      assertThat(Copies.content(copy, Optional.empty(), Progress.SILENT))
          .isEqualTo(method.content(target, Progress.SILENT));
      if (!mode.equals("WAL")) {
        assertThat(copy).hasBinaryContent(Copying.withoutDroppingLocks(file));
      }
    }
  }

  @Test
  void a_byte_of_the_copy_that_flips_before_it_is_published_keeps_it_from_being_so()
      throws Exception {
    Target target = Sqlite.file("shop", database("PRAGMA journal_mode = WAL"));
    Random random = new Random(20261130);
    for (int round = 0; round < 20; round++) {
      boolean zstd = round % 4 == 0;
      Progress flip = At.point("backup.checked", () -> flip(staged(), random));
      assertThatThrownBy(
              () -> published(target, zstd ? Options.DEFAULT.compressed() : Options.DEFAULT, flip))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("vault.other-bytes")
          .hasMessageContaining("does not hold what its source held");
    }
    assertThat(Vault.at(directory.resolve("vault")).artifacts()).isEmpty();
  }

  private Path staged() {
    try (var files = Files.walk(directory.resolve("vault"))) {
      return files.filter(file -> file.endsWith("shop.backup")).findFirst().orElseThrow();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void flip(Path file, Random random) throws java.io.IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long at = (long) (random.nextDouble() * bytes.length());
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ (1 << random.nextInt(8)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CHECKPOINT", "COMMIT", "BOTH"})
  void who_writes_and_checkpoints_meanwhile_changes_nothing_of_it(String kind) throws Exception {
    Path file = database("PRAGMA journal_mode = WAL");
    Target target = Sqlite.file("shop", file);
    try (Connection other = Databases.open(file)) {
      Queries.run(other, "PRAGMA wal_autocheckpoint = 0");
      Queries.run(other, "UPDATE bulk SET x = 'in the log' WHERE id % 2 = 0");
      Content before = method.content(target, Progress.SILENT);
      Progress meanwhile =
          At.point(
              "backup.snapshot-opened",
              () -> {
                if (!kind.equals("CHECKPOINT")) {
                  Databases.quietly(other, "DELETE FROM bulk WHERE id % 5 = 0");
                  Databases.quietly(other, MORE);
                }
                if (!kind.equals("COMMIT")) {
                  Databases.quietly(other, "PRAGMA wal_checkpoint(PASSIVE)");
                }
                Databases.quietly(other, "UPDATE customer SET name = 'late'");
              });
      Artifact artifact = published(target, Options.DEFAULT, meanwhile);
      assertThat(pages(artifact.manifest().content())).isPresent();
      assertThat(Copies.content(artifact.files().get(0), Optional.empty(), Progress.SILENT))
          .isEqualTo(before);
    }
  }

  @Test
  void a_log_that_was_moved_into_the_file_may_be_begun_anew_meanwhile() throws Exception {
    Path file = database("PRAGMA journal_mode = WAL");
    Target target = Sqlite.file("shop", file);
    try (Connection other = Databases.open(file)) {
      Queries.run(other, "UPDATE bulk SET x = 'in the log' WHERE id % 2 = 0");
      Queries.run(other, "PRAGMA wal_checkpoint(FULL)");
      Content before = method.content(target, Progress.SILENT);
      Progress meanwhile = At.point("backup.snapshot-opened", () -> Databases.quietly(other, MORE));
      Artifact artifact = published(target, Options.DEFAULT, meanwhile);
      assertThat(pages(artifact.manifest().content())).isPresent();
      assertThat(Copies.content(artifact.files().get(0), Optional.empty(), Progress.SILENT))
          .isEqualTo(before);
    }
  }

  @Test
  void pages_of_another_state_than_the_copied_one_are_other_pages() throws Exception {
    Path file = database("PRAGMA journal_mode = WAL");
    Target target = Sqlite.file("shop", file);
    try (FileSnapshot snapshot = FileSnapshot.withPages(target);
        Connection other = Databases.open(file)) {
      Connection own = snapshot.sessions().get(0);
      String mine = snapshot.pages().orElseThrow().digest(Progress.SILENT).orElseThrow().sha256();
      Queries.run(other, "UPDATE customer SET name = 'Late' WHERE id = 1");
      // As if the write lock had not been held: the index tells of a commit behind the snapshot.
      LivePages later = LivePages.of(own, file, true).orElseThrow();
      assertThat(later.digest(Progress.SILENT).orElseThrow().sha256()).isNotEqualTo(mine);
      assertThat(snapshot.pages().orElseThrow().digest(Progress.SILENT).orElseThrow().sha256())
          .isEqualTo(mine);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "WAL"})
  void another_file_that_takes_the_place_of_the_source_is_no_copy_of_it(String mode)
      throws Exception {
    Path file = database("PRAGMA journal_mode = " + mode);
    Path other = Databases.with(directory.resolve("other.db"), "CREATE TABLE other (x)");
    Target target = Sqlite.file("shop", file);
    Progress replace =
        At.point(
            "backup.snapshot-opened",
            () -> Files.move(other, file, StandardCopyOption.REPLACE_EXISTING));
    assertThatThrownBy(() -> published(target, Options.DEFAULT, replace))
        .isInstanceOf(Exception.class);
    assertThat(Vault.at(directory.resolve("vault")).artifacts()).isEmpty();
  }

  @Test
  void where_the_log_cannot_be_told_apart_rows_are_read() throws Exception {
    Path file = database("PRAGMA journal_mode = WAL");
    Target target = Sqlite.file("shop", file);
    try (Connection busy = Databases.open(file)) {
      Queries.run(busy, "BEGIN IMMEDIATE");
      Artifact artifact = published(target, Options.DEFAULT, Progress.SILENT);
      assertThat(pages(artifact.manifest().content())).isEmpty();
      assertThat(artifact.manifest().versions().get("content of"))
          .isEqualTo("every row of the source");
      assertThat(artifact.manifest().content())
          .isEqualTo(Copies.content(artifact.files().get(0), Optional.empty(), Progress.SILENT));
    }
  }

  @Test
  void a_restored_database_has_the_recorded_pages_until_somebody_writes() throws Exception {
    Path file = database("PRAGMA journal_mode = WAL");
    Target target = Sqlite.file("shop", file);
    Artifact artifact = published(target, Options.DEFAULT, Progress.SILENT);
    Content recorded = artifact.manifest().content();
    assertThat(method.contentAs(recorded, target, Progress.SILENT)).isEqualTo(recorded);
    Databases.with(file, "UPDATE bulk SET x = 1");
    assertThat(method.contentAs(recorded, target, Progress.SILENT)).isNotEqualTo(recorded);
    Path raw = Files.createDirectory(directory.resolve("raw"));
    Vault.at(directory.resolve("vault")).unpack(artifact, raw);
    method.restore(artifact, raw, target, "restore", Progress.SILENT);
    assertThat(method.contentAs(recorded, target, Progress.SILENT)).isEqualTo(recorded);
    Databases.with(file, "UPDATE bulk SET x = 3 WHERE id = 1");
    assertThat(method.contentAs(recorded, target, Progress.SILENT)).isNotEqualTo(recorded);
  }

  @Test
  void an_index_in_no_reliable_state_is_none() throws Exception {
    Path file = database("PRAGMA journal_mode = WAL");
    try (Connection open = Databases.open(file)) {
      Queries.run(open, "UPDATE bulk SET x = 1");
      byte[] bytes = Copying.withoutDroppingLocks(Path.of(file + "-shm"));
      LogIndex index = LogIndex.of(bytes).orElseThrow();
      assertThat(index.pageSize()).isEqualTo(4096);
      assertThat(index.frames()).isPositive();
      assertThat(index.pages()).isEqualTo((int) Queries.number(open, "PRAGMA page_count"));
      for (int at : new int[] {0, 12, 16, 20, 33, 47, 48, 90}) {
        byte[] torn = bytes.clone();
        torn[at] ^= 1;
        assertThat(LogIndex.of(torn)).as("byte " + at).isEmpty();
      }
      Path log = Path.of(file + "-wal");
      LogFrames.of(log, index).close();
      for (LogIndex other :
          List.of(
              new LogIndex(index.frames() - 1, index.pages(), 4096, index.salts(), 1, false),
              new LogIndex(index.frames(), index.pages(), 4096, 5, index.checksum(), false),
              new LogIndex(
                  index.frames() + 1,
                  index.pages(),
                  4096,
                  index.salts(),
                  index.checksum(),
                  false))) {
        assertThatThrownBy(() -> LogFrames.of(log, other).close())
            .isInstanceOf(java.io.IOException.class);
      }
    }
  }

  @Test
  void random_histories_are_copied_page_by_page() throws Exception {
    histories((int) Few.of(12, 40).count(), 20261130);
  }

  @Test
  @Tag("nightly")
  void many_random_histories_are_copied_page_by_page() throws Exception {
    histories(2_000, new Random().nextLong());
  }

  /** Writers, checkpoints and changes of mode by chance, each backup held against its rows. */
  private void histories(int count, long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < count; round++) {
      Path place = Files.createTempDirectory(directory, "history").toRealPath();
      Path file = Databases.shop(place.resolve("shop.db"));
      Databases.with(file, "CREATE TABLE bulk (id INTEGER PRIMARY KEY, x)");
      Target target = Sqlite.file("shop", file);
      try (Connection writer = Databases.open(file)) {
        Queries.run(writer, "PRAGMA synchronous = OFF");
        for (int step = 0; step < 12; step++) {
          String sql = act(random);
          Databases.quietly(writer, sql);
          if (random.nextInt(3) == 0) {
            Content before = method.content(target, Progress.SILENT);
            boolean wal = Queries.text(writer, "PRAGMA journal_mode").equals("wal");
            String late = act(random);
            Progress meanwhile =
                At.point(
                    "backup.snapshot-opened",
                    () -> {
                      if (wal
                          && late.matches(
                              "(?s)(WITH|DELETE|UPDATE|PRAGMA wal_checkpoint.PASS).*")) {
                        Databases.quietly(writer, late);
                      }
                    });
            Path copy = place.resolve(step + ".copy");
            Produced produced = method.backUp(target, copy, Options.DEFAULT, meanwhile);
            String as = "seed " + seed + ", round " + round + ", step " + step + ", " + sql;
            assertThat(pages(produced.content()))
                .as(as)
                .contains(PageDigest.of(copy, Progress.SILENT));
            assertThat(Copies.content(copy, Optional.empty(), Progress.SILENT))
                .as(as)
                .isEqualTo(before);
          }
        }
      }
      try (var files = Files.list(place)) {
        for (Path one : files.toList()) {
          Files.delete(Objects.requireNonNull(one));
        }
      }
    }
  }

  private static String act(Random random) {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> MORE;
      case 3 -> "DELETE FROM bulk WHERE id % 3 = " + random.nextInt(3);
      case 4 -> "UPDATE bulk SET x = hex(randomblob(100)) WHERE id % 4 = " + random.nextInt(4);
      case 5 -> "PRAGMA wal_checkpoint(PASSIVE)";
      case 6 -> "PRAGMA wal_checkpoint(TRUNCATE)";
      case 7 -> "PRAGMA journal_mode = WAL";
      case 8 -> random.nextBoolean() ? "PRAGMA journal_mode = DELETE" : "VACUUM";
      default -> "UPDATE customer SET name = 'x" + random.nextInt() + "' WHERE id % 7 = 0";
    };
  }
}
