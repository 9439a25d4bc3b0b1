package dev.gatehouse.dsl.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.BentSqlite;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupStepsTest {
  private Path directory;
  private Path vault;
  private Path scratch;
  private Target target;
  private Desk desk;
  private BackUp dump;

  @Test
  void a_vault_whose_parent_is_missing_is_refused_while_planning() {
    Path parent = directory.resolve("absent");
    assertThatThrownBy(() -> desk.bind(backUp(into(parent.resolve("vault")))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("fix       mkdir -p '" + parent + "'")
        .hasMessageContaining("vault.no-parent");
    assertThat(parent).doesNotExist();
  }

  @BeforeEach
  void a_shop(@TempDir Path temporary) throws Exception {
    directory = temporary;
    vault = directory.resolve("vault");
    scratch = Files.createDirectory(directory.resolve("scratch"));
    target =
        Desk.shop(
            directory.resolve("shop.db"),
            "create table orders(id integer primary key, total)",
            "insert into orders values (1, 10), (2, 20), (3, null)",
            "create table order_lines(id)");
    desk = Desk.reading(target).at(Instant.now().plusSeconds(1));
    dump = backUp(into(vault));
  }

  @AfterEach
  void close() throws SQLException {
    desk.close();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("shop.db"));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void assertOrders(long number) throws Exception {
    assertThat(desk.ask(rowCount("orders").is(number)).status()).isEqualTo(Status.PASSED);
    desk.close();
  }

  private ProbeResult probe(Change step, String key) throws Exception {
    ProbeResult truth = ((Effect.External) desk.bind(step)).probe(desk, key);
    desk.close();
    return truth;
  }

  @Test
  void planning_makes_nothing_and_prints_what_will_be_done() throws Exception {
    Effect effect = desk.bind(dump.compressed());
    assertThat(effect.preview())
        .last()
        .isEqualTo("publish in vault " + vault + ", compressed with zstd");
    assertThat(effect.touchesTarget()).isFalse();
    assertThat(probe(dump, "run-1/dump").kind()).isEqualTo(ProbeResult.Kind.NOT_APPLIED);
    assertThat(vault).doesNotExist();
  }

  @Test
  void a_backup_says_until_when_it_is_to_be_kept() throws Exception {
    Duration month = Duration.ofDays(30);
    assertThat(desk.bind(dump.keptFor(month)).preview())
        .last()
        .isEqualTo("marked as to be kept for 30 days");
    Evidence evidence = desk.under("run-1/dump").apply(dump.keptFor(month).compressed());
    Artifact artifact = Vault.at(vault).withId(evidence.fact("artifact").orElseThrow());
    String until = artifact.manifest().snapshotAt().plus(month).toString();
    assertThat(artifact.manifest().versions()).containsEntry("kept until", until);
    assertThat(evidence.fact("kept until")).contains(until);
    Evidence plain = desk.under("run-2/dump").apply(dump);
    assertThat(plain.fact("kept until")).isEmpty();
    assertThatThrownBy(() -> dump.keptFor(Duration.ofHours(23)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_backup_reports_its_artifact_and_the_moment_of_its_snapshot() throws Exception {
    Instant before = Instant.now().minusMillis(1);
    Evidence evidence = desk.under("run-1/dump").apply(dump.compacted().compressed());
    Artifact artifact = Vault.at(vault).withId(evidence.fact("artifact").orElseThrow());
    assertThat(evidence.takenAt()).isBetween(before, Instant.now());
    assertThat(evidence.fact("sha256")).contains(artifact.manifest().storedSha256());
    assertThat(evidence.fact("directory")).contains(artifact.directory().toString());
    assertThat(evidence.fact("rows")).contains("3");
    assertThat(evidence.fact("level")).contains("L0 STORED");
    assertThat(artifact.manifest().files().get(0).codec()).isEqualTo("zstd");
    Vault.at(vault).verify(artifact);
    assertThat(
            desk.at(evidence.takenAt().plusSeconds(60))
                .told(dump, evidence)
                .ask(noOlderThan(Duration.ofMinutes(1), dump))
                .status())
        .isEqualTo(Status.PASSED);
  }

  @Test
  void under_one_key_there_is_one_backup_and_the_probe_finds_it() throws Exception {
    Evidence first = desk.under("run-1/dump").apply(dump);
    assertThat(desk.apply(dump)).isEqualTo(first);
    assertThat(Vault.at(vault).artifacts()).hasSize(1);
    ProbeResult truth = probe(dump, "run-1/dump");
    assertThat(truth.kind()).isEqualTo(ProbeResult.Kind.APPLIED);
    assertThat(truth.evidence()).isEqualTo(first);
    assertThat(probe(dump, "run-2/dump").kind()).isEqualTo(ProbeResult.Kind.NOT_APPLIED);
    assertThat(desk.under("run-2/dump").apply(dump)).isNotEqualTo(first);
  }

  @Test
  void a_restore_brings_back_the_artifact_of_this_run_and_not_the_newest() throws Exception {
    desk.under("run-1/dump").apply(dump);
    execute("delete from orders where id > 1");
    Desk.reading(target).at(Instant.now()).under("other").apply(backUp(into(vault)));
    Evidence evidence = desk.under("run-1/restore").apply(restore(dump));
    assertThat(evidence.fact("level")).contains("L4 EQUAL");
    assertOrders(3);
    assertThat(evidence.fact("rows")).contains("3");
    Artifact safety = Vault.at(vault).withId(evidence.fact("safety").orElseThrow());
    assertThat(safety.manifest().content().rows()).isEqualTo(1);
    ProbeResult truth = probe(restore(dump), "run-1/restore");
    assertThat(truth.kind()).isEqualTo(ProbeResult.Kind.APPLIED);
    assertThat(truth.evidence().fact("safety")).contains(safety.id());
    assertThat(probe(restore(dump), "run-2/restore").kind())
        .isEqualTo(ProbeResult.Kind.NOT_APPLIED);
    try (Stream<Path> left = Files.list(vault)) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith(".restore")))
          .isEmpty();
    }
  }

  @Test
  void the_undo_of_a_restore_restores_what_was_there_before() throws Exception {
    desk.under("run-1/dump").apply(dump);
    execute("insert into orders values (4, 40), (5, 50)");
    Restore restore = restore(dump).named("go back");
    desk.under("run-1/restore").apply(restore);
    assertOrders(3);
    Change undo = ((Undo.By) restore.undo()).step();
    assertThat(undo).hasToString("undo: go back");
    assertThat(undo.refersTo()).containsExactly(restore);
    assertThat(undo.undo()).isInstanceOf(Undo.CannotBeUndone.class);
    desk.under("run-1/undo").apply(undo);
    assertOrders(5);
  }

  @Test
  void a_second_attempt_keeps_what_was_written_after_the_first_safety_backup() throws Exception {
    desk.under("run-1/dump").apply(dump);
    execute("delete from orders");
    Effect.External effect = (Effect.External) desk.bind(restore(dump));
    desk.close();
    Desk crashing =
        desk.under("run-1/restore").watchedBy(new CrashingAt("restore.safety-published"));
    assertThatThrownBy(() -> effect.apply(crashing)).isInstanceOf(CrashingAt.Crash.class);
    assertThat(probe(restore(dump), "run-1/restore").kind())
        .isEqualTo(ProbeResult.Kind.NOT_APPLIED);
    execute("insert into orders values (7, 70)");
    desk.watchedBy(Progress.SILENT);
    Evidence evidence = desk.apply(restore(dump));
    Artifact safety = Vault.at(vault).withId(evidence.fact("safety").orElseThrow());
    assertThat(safety.manifest().content().rows()).isEqualTo(1);
    assertThat(Vault.at(vault).artifacts()).hasSize(3);
  }

  @Test
  void a_damaged_artifact_is_refused_before_anything_is_touched() throws Exception {
    Evidence evidence = desk.under("run-1/dump").apply(dump);
    Artifact artifact = Vault.at(vault).withId(evidence.fact("artifact").orElseThrow());
    byte[] bytes = Files.readAllBytes(artifact.files().get(0));
    bytes[bytes.length / 2] ^= 1;
    Files.write(artifact.files().get(0), bytes, StandardOpenOption.TRUNCATE_EXISTING);
    execute("delete from orders where id = 3");
    assertThatThrownBy(() -> desk.under("run-1/restore").apply(restore(dump)))
        .isInstanceOf(Refusal.class);
    assertOrders(2);
    assertThat(Vault.at(vault).published("run-1/restore/safety")).isEmpty();
    assertThatThrownBy(() -> desk.under("run-1/drill").apply(restoreDrill(dump).into(scratch)))
        .isInstanceOf(Refusal.class);
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void a_backup_of_another_database_is_refused_unless_that_is_accepted() throws Exception {
    Evidence evidence = desk.under("run-1/dump").apply(dump);
    ArtifactSource chosen = fromCatalogue(vault).withId(evidence.fact("artifact").orElseThrow());
    Target other = Desk.shop(directory.resolve("other.db"));
    try (Desk there = Desk.reading(other).at(desk.now())) {
      assertThatThrownBy(() -> there.bind(restore(chosen)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("artifact.foreign")
          .hasMessageContaining("shop.db");
      there.apply(restore(chosen).acceptingForeignSource("staging is filled from shop"));
      assertThat(there.ask(rowCount("orders").is(3)).status()).isEqualTo(Status.PASSED);
      assertThat(there.bind(restore(chosen).acceptingForeignSource("x")).preview())
          .contains("accepting another source: x");
    }
  }

  @Test
  void an_older_backup_is_chosen_by_name_or_by_moment_and_printed_while_planning()
      throws Exception {
    Evidence first = desk.under("run-1/dump").apply(dump);
    execute("delete from orders");
    Evidence second = desk.under("run-2/dump").apply(dump);
    String id = first.fact("artifact").orElseThrow();
    assertThat(desk.bind(restore(fromCatalogue(vault).at(first.takenAt()))).preview())
        .anyMatch(line -> line.contains("artifact " + id));
    assertThat(desk.bind(restore(fromCatalogue(vault).at(desk.now()))).preview())
        .anyMatch(line -> line.contains("artifact " + second.fact("artifact").orElseThrow()));
    desk.under("run-3/restore").apply(restore(fromCatalogue(vault).withId(id)));
    assertOrders(3);
    assertThatThrownBy(
            () -> desk.bind(restore(fromCatalogue(vault).at(first.takenAt().minusSeconds(9)))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("none so old");
    assertThatThrownBy(() -> desk.bind(restore(fromCatalogue(vault).at(desk.now().plusSeconds(9)))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a moment in the future");
    assertThatThrownBy(() -> desk.bind(restore(fromCatalogue(vault).withId("nope"))))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(
            () -> desk.bind(restore(fromCatalogue(directory.resolve("absent")).withId(id))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no vault there");
  }

  @Test
  void a_drill_proves_equal_content_measures_and_leaves_nothing() throws Exception {
    desk.under("run-1/dump").apply(dump);
    execute("delete from orders");
    Evidence evidence = desk.under("run-1/drill").apply(restoreDrill(dump).into(scratch));
    assertThat(evidence.fact("level")).contains("L4 EQUAL");
    assertThat(evidence.fact("tables")).contains("3 of 3");
    assertThat(evidence.fact("rows")).contains("3");
    assertThat(Double.parseDouble(evidence.fact("seconds").orElseThrow())).isPositive();
    assertThat(scratch).isEmptyDirectory();
    assertOrders(0);
  }

  @Test
  void a_drill_may_compare_chosen_tables_and_refuses_to_compare_none() throws Exception {
    desk.under("run-1/dump").apply(dump);
    Evidence evidence =
        desk.under("run-1/drill")
            .apply(restoreDrill(dump).into(scratch).sameContent("order*", "made"));
    assertThat(evidence.fact("level")).contains("L4 EQUAL in chosen tables");
    assertThat(evidence.fact("tables")).contains("3 of 3");
    assertThat(desk.apply(restoreDrill(dump).into(scratch).sameContent("order_*")).fact("tables"))
        .contains("1 of 3");
    assertThatThrownBy(
            () -> desk.apply(restoreDrill(dump).into(scratch).sameContent("orders", "node")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a table named like 'node'");
  }

  /** A backup that records of its source what its copy does not hold: damage no checksum sees. */
  private String backupWithAnotherRecordOf(String table) throws Exception {
    Evidence evidence = desk.under("run-1/dump").apply(dump.readTwice());
    Vault there = Vault.at(vault);
    Artifact honest = there.withId(evidence.fact("artifact").orElseThrow());
    Content content = honest.manifest().content();
    List<TableContent> recorded =
        content.tables().stream()
            .map(
                kept ->
                    kept.table().equals(table)
                        ? new TableContent(table, kept.rows(), "sha256-sum:00")
                        : kept)
            .toList();
    try (Staging staging = there.stage("planted", desk.now())) {
      Files.copy(honest.files().get(0), staging.file(honest.manifest().files().get(0).name()));
      Facts facts =
          Facts.of(
              List.of(honest.manifest().files().get(0).name()),
              honest.manifest().method(),
              new Content(content.schemaDigest(), recorded),
              honest.manifest().source(),
              honest.manifest().snapshotAt(),
              honest.manifest().versions());
      return staging.publish(facts).id();
    }
  }

  @Test
  void a_drill_fails_when_a_table_is_not_as_its_source_was() throws Exception {
    ArtifactSource planted = fromCatalogue(vault).withId(backupWithAnotherRecordOf("orders"));
    assertThatThrownBy(() -> desk.apply(restoreDrill(planted).into(scratch)))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("table 'orders' is not as recorded");
    assertThat(scratch).isEmptyDirectory();
    desk.apply(restoreDrill(planted).into(scratch).sameContent("order_*", "made"));
  }

  @Test
  void an_artifact_that_is_not_the_one_the_step_reported_is_refused() throws Exception {
    Evidence evidence = desk.under("run-1/dump").apply(dump);
    desk.told(dump, evidence.with("sha256", "00"));
    assertThatThrownBy(() -> desk.apply(restore(dump)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("artifact.altered");
  }

  @Test
  void a_drill_that_takes_too_long_fails() throws Exception {
    desk.under("run-1/dump").apply(dump);
    assertThatThrownBy(
            () -> desk.apply(restoreDrill(dump).into(scratch).withDeadline(Duration.ofNanos(1))))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("drill.deadline");
    desk.apply(restoreDrill(dump).into(scratch).withDeadline(Duration.ofMinutes(1)));
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void a_drill_without_a_scratch_directory_is_refused_while_planning() {
    assertThatThrownBy(() -> desk.bind(restoreDrill(dump).into(directory.resolve("no/where"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("mkdir -p -m 700");
  }

  @Test
  void a_scratch_directory_that_a_drill_made_it_removes() throws Exception {
    desk.under("run-1/dump").apply(dump);
    Path absent = directory.resolve("absent");
    desk.under("run-1/drill").apply(restoreDrill(dump).into(absent));
    assertThat(absent).doesNotExist();
  }

  @Test
  void a_dialect_without_backups_is_refused_naming_step_and_dialect() throws Exception {
    try (Desk bare = Desk.reading(BentSqlite.bare(directory.resolve("shop.db")))) {
      for (Change step : new Change[] {dump, restore(dump), restoreDrill(dump).into(scratch)}) {
        assertThatThrownBy(() -> bare.bind(step))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("'" + step.name() + "' needs backups")
            .hasMessageContaining("SQLite does neither");
      }
    }
  }

  @Test
  void a_step_that_uses_a_backup_refers_to_it_and_is_refused_without_it() {
    assertThat(restore(dump).refersTo()).containsExactly(dump);
    assertThat(restoreDrill(dump).into(scratch).refersTo()).containsExactly(dump);
    assertThat(restore(fromCatalogue(vault).withId("x")).refersTo()).isEmpty();
    assertThatThrownBy(() -> desk.apply(restore(dump)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("has made no backup in this run");
  }

  @Test
  void steps_read_like_this() {
    assertThat(dump).hasToString("back up into " + vault);
    assertThat(dump.named("nightly dump")).hasToString("nightly dump");
    assertThat(restore(dump.named("dump"))).hasToString("restore the artifact that 'dump' makes");
    assertThat(restoreDrill(dump.named("dump")).into(scratch))
        .hasToString("restore drill with the artifact that 'dump' makes");
    assertThat(restoreDrill(dump.named("dump")))
        .asString()
        .endsWith("(not yet a step: say into(directory), into(target) or intoScratchDatabase())");
  }

  @Test
  void an_artifact_that_is_not_the_one_its_step_reported_is_refused() throws Exception {
    Evidence evidence = desk.under("run-1/dump").apply(dump);
    String id = evidence.fact("artifact").orElseThrow();
    assertThat(dump.artifact(desk).id()).isEqualTo(id);
    String other = "0".repeat(64);
    desk.told(dump, Evidence.at(evidence.takenAt()).with("artifact", id).with("sha256", other));
    assertThatThrownBy(() -> dump.artifact(desk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("artifact " + id + " is not the one '" + dump.name() + "' made")
        .hasMessageContaining("sha256 " + other);
  }

  @Test
  void what_a_drill_asks_of_its_copy_is_told_apart_by_name_and_never_forgotten() throws Exception {
    desk.under("run-1/dump").apply(dump);
    Drill drill = restoreDrill(dump).into(scratch);
    assertThatThrownBy(() -> drill.proving(rowCount("orders").is(4), rowCount("orders").is(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same name");
    assertThatThrownBy(
            () ->
                desk.under("run-1/drill")
                    .apply(drill.proving(rowCount("orders").is(4), rowCount("orders").is(3))))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("did not pass on the restored copy");
    desk.apply(drill.proving(rowCount("orders").is(3)));
    assertThatThrownBy(
            new CopyChecks(List.of(rowCount("orders").is(3)), desk, Deadline.of(Optional.empty()))
                ::requirePassed)
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("drill.not-asked");
  }
}
