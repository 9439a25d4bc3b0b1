package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreTest {
  private static final String KEY = "run-1/restore";

  @TempDir Path directory = Path.of("");

  private final SqliteBackups method = new SqliteBackups(Optional.empty());

  /** A database, a backup of it, and changes made after the backup; contents row by row. */
  private record Disaster(
      Target target, Path file, Path raw, Artifact artifact, Content good, Content damaged) {}

  private Disaster disaster(String mode) throws Exception {
    return disaster(mode, "shop.db", Options.DEFAULT);
  }

  private Disaster disaster(String mode, String name, Options options) throws Exception {
    Path place = Files.createTempDirectory(directory, "place").toRealPath();
    Path file = Databases.shop(place.resolve(name));
    Databases.with(file, "PRAGMA journal_mode = " + mode);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    Target target = Sqlite.file("shop", file);
    Path raw = Files.createTempDirectory(directory, "raw").resolve("copy.db");
    Content good = method.content(target, Progress.SILENT);
    Produced produced = method.backUp(target, raw, options, Progress.SILENT);
    Databases.with(
        file,
        "DELETE FROM purchase WHERE id > 10",
        "UPDATE customer SET name = 'nobody'",
        "CREATE TABLE later (x)");
    Content damaged = method.content(target, Progress.SILENT);
    return new Disaster(target, file, raw, Artifacts.of(raw, produced), good, damaged);
  }

  private void restore(Disaster disaster, Progress progress) throws Exception {
    method.restoreFile(disaster.artifact(), disaster.raw(), disaster.target(), KEY, progress);
  }

  private Content now(Disaster disaster) throws Exception {
    return method.content(disaster.target(), Progress.SILENT);
  }

  private State state(Disaster disaster) throws Exception {
    return method.state(disaster.target(), KEY);
  }

  private static List<String> besides(Disaster disaster) throws Exception {
    try (var files = Files.list(Objects.requireNonNull(disaster.file().getParent()))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, shop.db",
    "WAL, shop.db",
    "PERSIST, shop.db",
    "TRUNCATE, shop.db",
    "WAL, it''s 100%23 ?x=1 #.db",
    "DELETE, Überweisung '数据'.db"
  })
  void the_content_of_the_artifact_is_back(String mode, String name) throws Exception {
    Disaster disaster = disaster(mode, name, Options.DEFAULT);
    assertThat(state(disaster)).isEqualTo(State.NOT_APPLIED);

    FaultAt progress = FaultAt.nowhere();
    restore(disaster, progress);

    assertThat(besides(disaster))
        .as("sidecars of the old file")
        .noneMatch(beside -> beside.startsWith(name + "-"));
    assertThat(now(disaster)).isEqualTo(disaster.good());
    assertThat(state(disaster)).isEqualTo(State.APPLIED);
    assertThat(progress.points()).hasSizeGreaterThanOrEqualTo(14).doesNotHaveDuplicates();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(disaster.file())))
        .isEqualTo("rw-rw----");
    try (Connection connection = Databases.open(disaster.file())) {
      assertThat(Queries.text(connection, "PRAGMA journal_mode"))
          .isEqualTo(mode.equals("WAL") ? "wal" : "delete");
      Queries.run(connection, "INSERT INTO customer (name) VALUES ('after')");
    }
  }

  /** What older versions recorded, and what is recorded where pages cannot be read. */
  @ParameterizedTest
  @CsvSource({"DELETE, false", "WAL, false", "WAL, true"})
  void an_artifact_whose_rows_were_recorded_is_restored_by_its_rows(String mode, boolean compacting)
      throws Exception {
    Options options = compacting ? Options.DEFAULT.compacted() : Options.DEFAULT.twice();
    Disaster disaster = disaster(mode, "shop.db", options);
    assertThat(disaster.artifact().manifest().content()).isEqualTo(disaster.good());
    assertThat(disaster.good().tables())
        .allMatch(table -> table.digest().startsWith("sha256-sum:"));

    restore(disaster, Progress.SILENT);

    assertThat(now(disaster)).isEqualTo(disaster.good());
    Databases.with(disaster.raw(), "UPDATE purchase SET amount = amount + 1 WHERE id = 50");
    assertThatThrownBy(
            () ->
                method.restoreFile(
                    disaster.artifact(),
                    disaster.raw(),
                    disaster.target(),
                    KEY + 2,
                    Progress.SILENT))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("table 'purchase' is not as recorded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "WAL"})
  void the_old_database_is_kept_whole(String mode) throws Exception {
    Disaster disaster = disaster(mode);
    restore(disaster, Progress.SILENT);
    Path quarantine = new Quarantine(disaster.file(), KEY).directory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(quarantine)))
        .isEqualTo("rwx------");
    Target old = Sqlite.file("old", quarantine.resolve("shop.db"));
    assertThat(method.content(old, Progress.SILENT)).isEqualTo(disaster.damaged());
  }

  @Test
  void a_log_left_by_a_killed_application_is_not_replayed_over_the_restored_file()
      throws Exception {
    Disaster disaster = disaster("WAL");
    LeftLog left = LeftLog.of(disaster.file(), "CREATE TABLE ghost AS SELECT * FROM customer");
    left.lieBeside();
    assertThat(now(disaster).tables()).extracting(TableContent::table).contains("ghost");
    left.lieBeside();

    restore(disaster, Progress.SILENT);

    assertThat(now(disaster)).isEqualTo(disaster.good());
    Target old =
        Sqlite.file("old", new Quarantine(disaster.file(), KEY).directory().resolve("shop.db"));
    assertThat(method.content(old, Progress.SILENT).tables())
        .extracting(TableContent::table)
        .contains("ghost");
  }

  @Test
  void a_hot_journal_is_rolled_back_into_the_old_file_before_that_is_put_away() throws Exception {
    Disaster disaster = disaster("DELETE");
    HotJournal.leaveBeside(disaster.file());
    restore(disaster, Progress.SILENT);
    assertThat(now(disaster)).isEqualTo(disaster.good());
    Target old =
        Sqlite.file("old", new Quarantine(disaster.file(), KEY).directory().resolve("shop.db"));
    assertThat(method.content(old, Progress.SILENT)).isEqualTo(disaster.damaged());
  }

  @Test
  void a_fault_at_any_point_leaves_the_old_or_the_new_content_and_the_state_tells_which()
      throws Exception {
    faultAtAnyPoint("WAL");
  }

  @Test
  @Tag("nightly")
  void a_fault_at_any_point_leaves_the_old_or_the_new_content_in_rollback_mode_too()
      throws Exception {
    faultAtAnyPoint("DELETE");
  }

  private void faultAtAnyPoint(String mode) throws Exception {
    FaultAt none = FaultAt.nowhere();
    restore(disaster(mode), none);
    List<String> applied = new ArrayList<>();
    for (String point : none.points()) {
      Disaster disaster = disaster(mode);
      Content wanted = disaster.good();
      assertThatThrownBy(() -> restore(disaster, new FaultAt(point)))
          .isInstanceOf(FaultAt.Fault.class);
      if (state(disaster) == State.APPLIED) {
        applied.add(point);
        assertThat(now(disaster)).as(point).isEqualTo(wanted);
      } else {
        assertThat(state(disaster)).as(point).isEqualTo(State.NOT_APPLIED);
        assertThat(now(disaster)).as(point).isEqualTo(disaster.damaged());
        assertThat(besides(disaster))
            .as(point)
            .doesNotContain(disaster.artifact().id())
            .noneMatch(name -> name.contains("quarantine") || name.endsWith(".restore"));
      }
      restore(disaster, Progress.SILENT);
      assertThat(now(disaster)).as(point).isEqualTo(wanted);
      assertThat(state(disaster)).as(point).isEqualTo(State.APPLIED);
    }
    assertThat(applied)
        .contains("restore.renamed", "restore.synced")
        .doesNotContain("restore.linked", "restore.sidecars-moved");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, SELECT 1",
    "DELETE, BEGIN",
    "DELETE, BEGIN IMMEDIATE",
    "WAL, SELECT 1",
    "WAL, BEGIN",
    "WAL, BEGIN IMMEDIATE"
  })
  void a_database_in_use_is_refused_and_not_touched(String mode, String use) throws Exception {
    Disaster disaster = disaster(mode);
    try (Connection other = Databases.open(disaster.file())) {
      Queries.run(other, use);
      Queries.number(other, "SELECT count(*) FROM customer");
      byte[] bytes = Copying.withoutDroppingLocks(disaster.file());
      assertThatThrownBy(() -> restore(disaster, Progress.SILENT))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("the database is in use by another connection")
          .hasMessageContaining("fuser '" + disaster.file() + "'")
          .hasMessageContaining("restore.in-use");
      assertThat(Copying.withoutDroppingLocks(disaster.file())).isEqualTo(bytes);
      assertThat(state(disaster)).isEqualTo(State.NOT_APPLIED);
      assertThat(besides(disaster)).noneMatch(name -> name.contains("restore"));
    }
  }

  @ParameterizedTest
  @CsvSource({"DELETE, BEGIN", "DELETE, BEGIN IMMEDIATE", "WAL, SELECT 1", "WAL, BEGIN"})
  void the_locks_alone_keep_it_from_being_taken(String mode, String use) throws Exception {
    Disaster disaster = disaster(mode);
    try (Connection other = Databases.open(disaster.file())) {
      Queries.run(other, use);
      Queries.number(other, "SELECT count(*) FROM customer");
      assertThatThrownBy(
              () ->
                  Exclusive.lock(disaster.target(), disaster.file(), Duration.ofMillis(50)).close())
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("restore.in-use");
    }
    Exclusive.lock(disaster.target(), disaster.file(), Duration.ofMillis(50)).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "WAL"})
  void nobody_gets_in_while_it_is_taken(String mode) throws Exception {
    Disaster disaster = disaster(mode);
    try (Exclusive taken =
            Exclusive.lock(disaster.target(), disaster.file(), Duration.ofMillis(50));
        Connection other = Databases.open(disaster.file())) {
      assertThat(taken.mode().name()).isEqualTo(mode.equals("WAL") ? "WAL" : "ROLLBACK");
      Queries.run(other, "PRAGMA busy_timeout = 0");
      assertThatThrownBy(() -> Queries.number(other, "SELECT count(*) FROM customer"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(ResultCodes.busy(e)).isTrue());
    }
  }

  @Test
  void a_copy_that_is_not_what_the_manifest_says_is_refused_before_anything_is_touched()
      throws Exception {
    Disaster disaster = disaster("DELETE");
    byte[] bytes = Files.readAllBytes(disaster.file());
    Databases.with(disaster.raw(), "UPDATE purchase SET amount = amount + 1 WHERE id = 50");
    assertThatThrownBy(() -> restore(disaster, Progress.SILENT))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("the copy is not what its manifest says")
        .hasMessageContaining("digest of all pages is not as recorded");
    assertThat(disaster.file()).hasBinaryContent(bytes);
    assertThat(besides(disaster)).containsExactly("shop.db");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 4096, 5000, 8192})
  void a_truncated_copy_is_refused(int length) throws Exception {
    Disaster disaster = disaster("DELETE");
    byte[] bytes = Files.readAllBytes(disaster.file());
    byte[] copy = Files.readAllBytes(disaster.raw());
    Files.write(disaster.raw(), Arrays.copyOf(copy, length));
    assertThatThrownBy(() -> restore(disaster, Progress.SILENT)).isInstanceOf(Exception.class);
    assertThat(disaster.file()).hasBinaryContent(bytes);
    assertThat(besides(disaster)).containsExactly("shop.db");
  }

  @Test
  void a_link_in_the_place_of_the_copy_is_refused() throws Exception {
    Disaster disaster = disaster("DELETE");
    Path link = Files.createSymbolicLink(directory.resolve("link.db"), disaster.raw());
    assertThatThrownBy(
            () ->
                method.restoreFile(
                    disaster.artifact(), link, disaster.target(), KEY, Progress.SILENT))
        .isInstanceOf(Refusal.class);
    assertThat(besides(disaster)).containsExactly("shop.db");
  }

  @Test
  void a_database_that_was_replaced_by_somebody_else_since_is_unknown() throws Exception {
    Disaster disaster = disaster("DELETE");
    restore(disaster, Progress.SILENT);
    Path other = Databases.shop(disaster.file().resolveSibling("other.db"));
    Files.move(other, disaster.file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(state(disaster)).isEqualTo(State.UNKNOWN);
  }

  @Test
  void what_was_applied_is_not_applied_again() throws Exception {
    Disaster disaster = disaster("DELETE");
    restore(disaster, Progress.SILENT);
    Databases.with(disaster.file(), "INSERT INTO customer (name) VALUES ('since')");
    Content since = now(disaster);
    restore(disaster, Progress.SILENT);
    assertThat(now(disaster)).isEqualTo(since);
  }

  @Test
  void damage_between_staging_and_proof_brings_the_old_database_back() throws Exception {
    Disaster disaster = disaster("DELETE");
    long last = Files.size(disaster.raw()) - 3;
    Progress damage = At.point("restore.synced", () -> Copying.overwrite(disaster.file(), last));
    assertThatThrownBy(() -> restore(disaster, damage))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("the restored database is not what the manifest says");
    assertThat(state(disaster)).isEqualTo(State.NOT_APPLIED);
    assertThat(now(disaster)).isEqualTo(disaster.damaged());
    assertThat(besides(disaster)).containsExactly("shop.db");
  }

  @ParameterizedTest
  @ValueSource(strings = {"restore.renamed", "restore.synced", "restore.content-proved"})
  void nobody_reads_the_new_file_before_it_is_proved(String point) throws Exception {
    Disaster disaster = disaster("DELETE");
    List<Integer> answers = new ArrayList<>();
    Progress early = At.point(point, () -> answers.add(Databases.codeOfReading(disaster.file())));
    restore(disaster, early);
    assertThat(answers).containsExactly(ResultCodes.BUSY);
    assertThat(Databases.codeOfReading(disaster.file())).isZero();
  }

  @Test
  void a_damaged_database_can_be_replaced() throws Exception {
    Disaster disaster = disaster("DELETE");
    byte[] bytes = Files.readAllBytes(disaster.file());
    Arrays.fill(bytes, 4096, bytes.length, (byte) 0x5a);
    Files.write(disaster.file(), bytes);
    restore(disaster, Progress.SILENT);
    assertThat(now(disaster)).isEqualTo(disaster.good());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-wal", "-shm", "-journal"})
  void whatever_lies_beside_the_old_database_is_put_away_with_it(String sidecar) throws Exception {
    Disaster disaster = disaster("DELETE");
    Path stray = disaster.file().resolveSibling("shop.db" + sidecar);
    restore(disaster, At.point("restore.linked", () -> Files.writeString(stray, "stray")));
    assertThat(stray).doesNotExist();
    assertThat(new Quarantine(disaster.file(), KEY).directory().resolve("shop.db" + sidecar))
        .hasContent("stray");
    assertThat(now(disaster)).isEqualTo(disaster.good());
  }
}
