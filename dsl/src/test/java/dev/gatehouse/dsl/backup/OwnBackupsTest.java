package dev.gatehouse.dsl.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.newestBackup;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.report.VaultText;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One vault for several databases, and for what restores replaced. */
class OwnBackupsTest {
  private Path directory;
  private Path vault;
  private Target target;
  private Desk desk;
  private Desk other;

  @BeforeEach
  void two_databases(@TempDir Path temporary) throws Exception {
    directory = temporary;
    vault = directory.resolve("vault");
    target = Desk.shop(directory.resolve("shop.db"), "create table orders(id)");
    desk = Desk.reading(target).at(Instant.now().plusSeconds(1));
    other =
        Desk.reading(Desk.shop(directory.resolve("crm.db"), "create table lead(id)"))
            .at(desk.now());
  }

  @AfterEach
  void close() throws Exception {
    desk.close();
    other.close();
  }

  private String backedUp(Desk where, String key) throws Exception {
    return where.under(key).apply(backUp(into(vault))).fact("artifact").orElseThrow();
  }

  private static List<String> planned(Desk desk, Path vault) throws Exception {
    return desk.bind(restore(fromCatalogue(vault).at(desk.now()))).preview();
  }

  private Outcome age(Duration limit) throws Exception {
    return desk.ask(newestBackup(vault).isNoOlderThan(limit));
  }

  @Test
  void a_moment_chooses_among_the_backups_of_this_database() throws Exception {
    String mine = backedUp(desk, "run-1/dump");
    String theirs = backedUp(other, "run-2/dump");
    assertThat(planned(desk, vault)).anyMatch(line -> line.startsWith("restore artifact " + mine));
    assertThat(planned(other, vault))
        .anyMatch(line -> line.startsWith("restore artifact " + theirs));
    try (Desk third =
        Desk.reading(Desk.shop(directory.resolve("new.db"), "create table t(id)")).at(desk.now())) {
      assertThatThrownBy(() -> planned(third, vault))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(
              "backups of this database: 0; safety copies of what restores replaced: 0; of other"
                  + " databases: 2")
          .hasMessageContaining(theirs + " of ")
          .hasMessageContaining("artifact.unknown");
    }
  }

  @Test
  void an_id_that_is_not_there_is_answered_with_those_that_are() throws Exception {
    String mine = backedUp(desk, "run-1/dump");
    assertThatThrownBy(() -> desk.bind(restore(fromCatalogue(vault).withId("20261128"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("artifact 20261128")
        .hasMessageContaining("fromCatalogue(vault).withId(...): " + mine + " of ")
        .hasMessageContaining("artifact.unknown");
  }

  @Test
  void all_that_stands_in_the_way_is_told_at_once() {
    assertThatThrownBy(
            () -> desk.bind(restore(fromCatalogue(vault).withId("none")).endingSessions()))
        .isInstanceOfSatisfying(
            Refusal.class,
            refused ->
                assertThat(refused.findings())
                    .extracting(Finding::code)
                    .containsExactly("artifact.unknown", "restore.sessions"));
  }

  /** At three in the morning nobody asks the vault what is wrong with it. */
  @Test
  void a_newer_one_that_is_not_whole_is_not_passed_over() throws Exception {
    String older = backedUp(desk, "run-1/dump");
    try (Desk later = Desk.reading(target).at(desk.now().plusSeconds(60))) {
      String newer = backedUp(later, "run-2/dump");
      try (var files = Files.list(vault.resolve(newer))) {
        for (Path file : files.filter(one -> one.toString().contains("shop")).toList()) {
          Files.delete(file);
        }
      }
      assertThatThrownBy(() -> planned(later, vault))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("not whole: artifact " + newer + ", a backup of ")
          .hasMessageContaining("; the newest that is whole: artifact " + older)
          .hasMessageContaining("fromCatalogue(vault).withId(\"" + older + "\")")
          .hasMessageContaining("artifact.newer-damaged");
      Outcome age = later.ask(newestBackup(vault).isNoOlderThan(ofHours(24)));
      assertThat(age.status()).isEqualTo(Status.FAILED);
      assertThat(age.findings()).extracting(Finding::code).containsExactly("backup.newer-damaged");
      assertThat(age.findings().get(0).text())
          .startsWith("the newest backup of this database in " + vault + " is not whole")
          .contains(newer, "the newest that is whole: artifact " + older);
      assertThat(later.bind(restore(fromCatalogue(vault).withId(older))).preview())
          .anyMatch(line -> line.startsWith("UNKNOWN what was in those") && line.contains(newer));
      Outcome old = later.ask(newestBackup(vault).isNoOlderThan(ofSeconds(1)));
      assertThat(old.findings())
          .extracting(Finding::code)
          .containsExactly("evidence.stale", "backup.newer-damaged");
      Files.delete(vault.resolve(newer).resolve("manifest.json"));
      Outcome unknown = later.ask(newestBackup(vault).isNoOlderThan(ofHours(24)));
      assertThat(unknown.status()).isEqualTo(Status.INCONCLUSIVE);
      assertThat(unknown.findings().get(0).headline()).startsWith("nobody can tell whose database");
    }
    assertThat(planned(desk, vault)).anyMatch(line -> line.startsWith("restore artifact " + older));
  }

  /** Whose it is its manifest says as long as it is as it was published. */
  @Test
  void a_newer_one_of_another_database_or_a_safety_copy_is_nobodys_concern() throws Exception {
    String mine = backedUp(desk, "run-1/dump");
    try (Desk later =
        Desk.reading(Desk.shop(directory.resolve("new.db"), "create table t(id)"))
            .at(desk.now().plusSeconds(60))) {
      String theirs = backedUp(later, "run-2/dump");
      try (var files = Files.list(vault.resolve(theirs))) {
        for (Path file : files.filter(one -> one.toString().contains("shop")).toList()) {
          Files.delete(file);
        }
      }
    }
    try (Desk after = Desk.reading(target).at(desk.now().plusSeconds(90))) {
      assertThat(after.ask(newestBackup(vault).isNoOlderThan(ofHours(24))).status())
          .isEqualTo(Status.PASSED);
      assertThat(planned(after, vault))
          .anyMatch(line -> line.startsWith("restore artifact " + mine));
    }
  }

  /** What was just replaced is the newest, and mostly what nobody wants back. */
  @Test
  void a_safety_copy_is_marked_and_never_chosen_by_a_moment() throws Exception {
    String night = backedUp(desk, "run-1/dump");
    desk.under("run-2/restore").apply(restore(fromCatalogue(vault).withId(night)));
    desk.close();
    List<Artifact> all = Vault.at(vault).artifacts();
    assertThat(all).hasSize(2);
    assertThat(all.get(0).manifest().isSafetyCopy()).isTrue();
    assertThat(all.get(1).manifest().isSafetyCopy()).isFalse();
    assertThat(planned(desk, vault))
        .anyMatch(line -> line.startsWith("restore artifact " + night + ", a backup of "));
    assertThat(desk.bind(restore(fromCatalogue(vault).withId(all.get(0).id()))).preview())
        .anyMatch(line -> line.contains(all.get(0).id() + ", a safety copy of "));
    assertThatThrownBy(
            () ->
                desk.bind(restore(fromCatalogue(vault).at(Instant.parse("2020-01-01T00:00:00Z")))))
        .hasMessageContaining("none so old; backups of this database: 1, the newest " + night)
        .hasMessageContaining("safety copies of what restores replaced: 1")
        .hasMessageContaining("fromCatalogue(vault).withId(...): " + night)
        .message()
        .doesNotContain("(safety copy)");
  }

  @Test
  void the_list_of_a_vault_tells_databases_and_kinds() throws Exception {
    String night = backedUp(desk, "run-1/dump");
    desk.under("run-2/restore").apply(restore(fromCatalogue(vault).withId(night)));
    desk.close();
    String theirs =
        other
            .under("run-3/dump")
            .apply(backUp(into(vault)).keptFor(Duration.ofDays(30)))
            .fact("artifact")
            .orElseThrow();
    Vault all = Vault.at(vault);
    String list = VaultText.of(all);
    assertThat(list).startsWith("vault " + vault + ": 3 in all\n");
    assertThat(list.lines())
        .filteredOn(line -> line.contains(night))
        .singleElement()
        .asString()
        .contains("UTC  backup ", " KiB", "0 rows");
    assertThat(list.lines()).filteredOn(line -> line.contains("safety copy")).hasSize(1);
    assertThat(list.lines())
        .filteredOn(line -> line.contains(theirs))
        .singleElement()
        .asString()
        .contains("kept until 20");
    assertThat(list).contains("\nSQLite ", "nothing wrong by its catalogue");
    Files.delete(all.withId(night).files().get(0));
    assertThat(VaultText.of(all)).contains("wrong:", night);
  }

  /** Of a step that is called so, and is none. */
  @Test
  void a_backup_whose_step_is_called_safety_is_a_backup() throws Exception {
    String id = backedUp(desk, "run-1/safety");
    assertThat(planned(desk, vault)).anyMatch(line -> line.contains(id + ", a backup of "));
  }

  @Test
  void planning_and_asking_make_no_vault() throws Exception {
    assertThat(age(ofHours(24)).status()).isEqualTo(Status.FAILED);
    assertThat(vault).doesNotExist();
    assertThat(Vault.existing(vault)).isEmpty();
    Files.createDirectory(vault);
    assertThat(age(ofHours(24)).status()).isEqualTo(Status.FAILED);
    desk.bind(backUp(into(vault)));
    assertThat(vault).isEmptyDirectory();
    assertThat(Vault.existing(vault)).isEmpty();
    backedUp(desk, "run-1/dump");
    assertThat(Vault.existing(vault)).isPresent();
  }

  @Test
  void the_age_of_the_newest_backup_is_that_of_this_databases() throws Exception {
    String mine = backedUp(desk, "run-1/dump");
    desk.under("run-2/restore").apply(restore(fromCatalogue(vault).withId(mine)));
    desk.close();
    backedUp(other, "run-3/dump");
    assertThat(Vault.at(vault).artifacts().get(2).id()).isEqualTo(mine);
    Outcome fresh = age(ofHours(1));
    assertThat(fresh.status()).isEqualTo(Status.PASSED);
    assertThat(fresh.toString()).contains(mine);
    desk.at(desk.now().plus(ofHours(25)));
    Outcome stale = age(ofHours(24));
    assertThat(stale.status()).isEqualTo(Status.FAILED);
    assertThat(stale.toString()).contains("evidence.stale", mine, "25h");
  }

  @Test
  void an_empty_or_foreign_vault_has_no_backup_and_a_broken_one_is_not_known() throws Exception {
    backedUp(other, "run-1/dump");
    Outcome none = age(ofHours(24));
    assertThat(none.status()).isEqualTo(Status.FAILED);
    assertThat(none.toString())
        .contains("backup.none", "backups of this database: 0;", "of other databases: 1");
    Files.writeString(vault.resolve("catalog.jsonl"), "x", StandardOpenOption.APPEND);
    assertThat(age(ofHours(24)).status()).isEqualTo(Status.INCONCLUSIVE);
  }

  @Test
  void every_byte_is_read_where_that_is_asked() throws Exception {
    backedUp(desk, "run-1/dump");
    var whole = newestBackup(vault).isNoOlderThan(ofHours(24)).withEveryByteRead();
    assertThat(desk.ask(whole).toString()).contains("L1 READABLE");
    Path data = Vault.at(vault).artifacts().get(0).files().get(0);
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);
    assertThat(age(ofHours(24)).status()).isEqualTo(Status.PASSED);
    assertThat(desk.ask(whole).status()).isEqualTo(Status.FAILED);
    assertThat(whole.standing()).isFalse();
    assertThat(newestBackup(vault).isNoOlderThan(ofHours(24)).standing()).isTrue();
  }

  @Test
  void a_drill_takes_the_newest_of_this_database() throws Exception {
    String mine = backedUp(desk, "run-1/dump");
    backedUp(other, "run-2/dump");
    Path scratch = Files.createDirectory(directory.resolve("scratch"));
    var drill = restoreDrill(fromCatalogue(vault).at(desk.now())).into(scratch);
    assertThat(desk.bind(drill).preview()).anyMatch(line -> line.contains(mine));
  }
}
