package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.sqlite.page.JournalMode;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackupTest {
  private static final Options COMPACTING = new Options(true, false, 1);

  @TempDir Path directory = Path.of("");

  private final SqliteBackups method = new SqliteBackups(Optional.empty());

  private Target shop(String mode) throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    Databases.with(file, "PRAGMA journal_mode = " + mode);
    return Sqlite.file("shop", file);
  }

  private static Content again(Produced produced, Path copy) throws Exception {
    return Copies.contentAs(produced.content(), copy, Optional.empty(), Progress.SILENT);
  }

  @ParameterizedTest
  @CsvSource({"DELETE, false", "WAL, false", "DELETE, true", "WAL, true"})
  void under_a_live_writer_the_copy_is_the_snapshot_whose_content_was_read(
      String mode, boolean compacting) throws Exception {
    Target target = shop(mode);
    Path file = directory.resolve("shop.db");
    // Several hundred pages, so that a copy in steps has time to be disturbed.
    Databases.with(
        file,
        "CREATE TABLE bulk (id INTEGER PRIMARY KEY, filler BLOB)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)"
            + " INSERT INTO bulk SELECT i, randomblob(3500) FROM n");
    double sum = sum(file);
    int during = 0;
    try (Writer writer = Writer.on(file)) {
      for (int round = 0; round < 2; round++) {
        Path copy = directory.resolve("copy " + round + ".db");
        int before = writer.commits();
        Produced produced =
            method.backUp(target, copy, new Options(compacting, false, 1), Progress.SILENT);
        during += writer.commits() - before;
        try (Connection connection = Copies.open(copy, Optional.empty())) {
          Copies.requireSound(connection, copy, "integrity_check", Progress.SILENT);
        }
        assertThat(again(produced, copy)).isEqualTo(produced.content());
        assertThat(sum(copy)).isEqualTo(sum);
        assertThat(produced.content().rows()).isGreaterThan(1700);
        assertThat(produced.method()).isEqualTo(compacting ? "vacuum-into" : "backup-api");
      }
    }
    if (mode.equals("WAL")) {
      assertThat(during).as("commits while backups were taken").isPositive();
    }
  }

  @Test
  void a_commit_between_two_steps_of_the_copy_neither_restarts_nor_enters_it() throws Exception {
    Target target = shop("WAL");
    Path file = directory.resolve("shop.db");
    Path copy = directory.resolve("copy.db");
    Databases.with(
        file, "CREATE TABLE bulk (x)", "INSERT INTO bulk SELECT randomblob(4000) FROM customer");
    try (FileSnapshot snapshot = FileSnapshot.of(target);
        Connection other = Databases.open(file)) {
      Connection own = snapshot.sessions().get(0);
      Content before = ContentReader.read(snapshot.sessions(), Progress.SILENT);
      List<Integer> steps = new java.util.ArrayList<>();
      Driver.backUp(
          own,
          copy,
          1,
          (pages, total) -> {
            steps.add(pages);
            Databases.quietly(other, "INSERT INTO customer (name) VALUES ('late')");
          });
      assertThat(steps).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(50);
      JournalMode.ROLLBACK.writeInto(copy);
      assertThat(Copies.content(copy, Optional.empty(), Progress.SILENT)).isEqualTo(before);
    }
    assertThat(method.content(target, Progress.SILENT).rows()).isGreaterThan(200);
  }

  @Test
  void a_commit_as_soon_as_the_lock_is_released_does_not_enter_a_compacting_copy()
      throws Exception {
    Target target = shop("WAL");
    try (Connection other = Databases.open(directory.resolve("shop.db"))) {
      Queries.run(other, "PRAGMA synchronous = OFF");
      for (int round = 0; round < 10; round++) {
        Path copy = directory.resolve(round + ".db");
        Progress commit =
            At.point(
                "backup.unlocked",
                () -> Databases.quietly(other, "INSERT INTO customer (name) VALUES ('late')"));
        Produced produced = method.backUp(target, copy, COMPACTING, commit);
        assertThat(again(produced, copy)).isEqualTo(produced.content());
        assertThat(method.content(target, Progress.SILENT)).isNotEqualTo(produced.content());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void committed_rows_that_are_only_in_the_log_are_in_the_copy(boolean compacting)
      throws Exception {
    Target target = shop("WAL");
    try (Connection open = Databases.open(directory.resolve("shop.db"))) {
      Queries.run(open, "PRAGMA wal_autocheckpoint = 0");
      Queries.run(open, "CREATE TABLE fresh (x)");
      Queries.run(open, "INSERT INTO fresh SELECT id FROM customer");
      Path copy = directory.resolve("copy.db");
      method.backUp(target, copy, new Options(compacting, false, 1), Progress.SILENT);
      try (Connection connection = Copies.open(copy, Optional.empty())) {
        assertThat(Queries.number(connection, "SELECT count(*) FROM fresh")).isEqualTo(100);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_copy_of_a_wal_database_opens_without_sidecars(boolean compacting) throws Exception {
    Target target = shop("WAL");
    Path place = Files.createDirectory(directory.resolve("place"));
    Path copy = place.resolve("copy.db");
    method.backUp(target, copy, new Options(compacting, false, 1), Progress.SILENT);
    assertThat(Files.readAllBytes(copy))
        .startsWith("SQLite format 3\0".getBytes(StandardCharsets.US_ASCII));
    assertThat(Files.readAllBytes(copy)[18]).isEqualTo((byte) 1);
    assertThat(Files.readAllBytes(copy)[19]).isEqualTo((byte) 1);
    try (Connection connection = Databases.open(copy)) {
      assertThat(Queries.number(connection, "SELECT count(*) FROM customer")).isEqualTo(100);
      try (var files = Files.list(place)) {
        assertThat(files).containsExactly(copy);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"it''s.db", "with space.db", "q?mode=memory.db", "a%23b#c.db", "Ü-数据.db"})
  void any_name_of_a_copy_is_that_name(String name) throws Exception {
    Target target = shop("DELETE");
    for (Options options : List.of(Options.DEFAULT, COMPACTING)) {
      Path place = Files.createTempDirectory(directory, "place");
      method.backUp(target, place.resolve(name), options, Progress.SILENT);
      try (var files = Files.list(place)) {
        assertThat(files).containsExactly(place.resolve(name));
      }
    }
  }

  @Test
  void only_the_owner_may_read_a_copy() throws Exception {
    Target target = shop("DELETE");
    for (Options options : List.of(Options.DEFAULT, COMPACTING)) {
      Path copy = directory.resolve(options.compacting() + ".db");
      method.backUp(target, copy, options, Progress.SILENT);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void an_existing_file_is_refused_and_kept() throws Exception {
    Target target = shop("DELETE");
    Path copy = Files.writeString(directory.resolve("copy.db"), "mine");
    assertThatThrownBy(() -> method.backUp(target, copy, Options.DEFAULT, Progress.SILENT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("exists already")
        .hasMessageContaining("backup.file-exists");
    assertThat(copy).hasContent("mine");
  }

  @Test
  void what_was_backed_up_is_told() throws Exception {
    Target target = shop("WAL");
    Produced produced =
        method.backUp(target, directory.resolve("copy.db"), Options.DEFAULT, Progress.SILENT);
    assertThat(produced.fileNames()).containsExactly("copy.db");
    assertThat(produced.source().server())
        .isEqualTo(directory.resolve("shop.db").toRealPath().toString());
    assertThat(produced.versions()).containsKeys("sqlite", "sqlite-jdbc");
    assertThat(produced.versions()).containsEntry("journal_mode", "wal");
    assertThat(produced.versions().get("sqlite-jdbc")).startsWith("3.");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_fault_at_any_point_leaves_no_copy_and_the_source_free(boolean compacting)
      throws Exception {
    Target target = shop("WAL");
    Options options = new Options(compacting, false, 1);
    FaultAt none = FaultAt.nowhere();
    method.backUp(target, directory.resolve("whole.db"), options, none);
    assertThat(none.points()).hasSizeGreaterThanOrEqualTo(8).doesNotHaveDuplicates();
    for (String point : none.points()) {
      Path copy = directory.resolve("copy.db");
      assertThatThrownBy(() -> method.backUp(target, copy, options, new FaultAt(point)))
          .isInstanceOf(FaultAt.Fault.class);
      assertThat(copy).doesNotExist();
      assertThat(directory.resolve("copy.db-journal")).doesNotExist();
    }
    Databases.with(
        directory.resolve("shop.db"), "PRAGMA busy_timeout = 0", "PRAGMA journal_mode = DELETE");
  }

  @Test
  void a_copy_that_cannot_be_written_fails_loudly() throws Exception {
    Target target = shop("DELETE");
    assertThatThrownBy(
            () ->
                method.backUp(
                    target, directory.resolve("no/such/copy.db"), Options.DEFAULT, Progress.SILENT))
        .isInstanceOf(java.io.IOException.class);
  }

  @Test
  void a_refusal_of_the_backup_api_is_an_error_although_it_only_returns_a_code() throws Exception {
    Target target = shop("DELETE");
    Path copy = directory.resolve("copy.db");
    Databases.with(copy, "CREATE TABLE t (x)");
    try (Connection lock = Databases.open(copy);
        Connection own = Sqlite.dialect().openReading(target)) {
      Queries.run(lock, "BEGIN EXCLUSIVE");
      assertThatThrownBy(() -> Driver.backUp(own, copy, 100, (pages, total) -> {}))
          .isInstanceOf(java.sql.SQLException.class);
    }
  }

  private static double sum(Path file) throws Exception {
    try (Connection connection = Databases.open(file)) {
      return Double.parseDouble(Queries.text(connection, "SELECT sum(amount) FROM purchase"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_copy_that_lacks_its_end_is_no_backup_although_the_engine_called_it_complete(
      boolean compacting) throws Exception {
    Target target = shop("WAL");
    Path copy = directory.resolve("copy.db");
    Progress cutting =
        At.point(
            "backup.snapshot-closed",
            () -> {
              try (FileChannel file = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                file.truncate(file.size() - 100);
              }
            });
    assertThatThrownBy(
            () -> method.backUp(target, copy, new Options(compacting, false, 1), cutting))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("the copy is not complete");
    assertThat(copy).doesNotExist();
  }
}
