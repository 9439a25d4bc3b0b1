package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.Asking.Capability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What was backed up comes back, by content. A dialect without backups is refused while planning.
 */
public interface BackupFacet extends Facet {

  private BackupMethod method() {
    return dialect().backups().orElseThrow();
  }

  /** A backup, and its data as a vault hands it back. */
  record Copy(Path raw, Artifact artifact) {

    Content content() {
      return artifact.manifest().content();
    }

    /** The data once more, which a restore may move. */
    Path spare() throws Exception {
      Path spare = Files.createDirectory(raw.resolveSibling("spare"));
      for (Path file : files()) {
        Files.copy(file, spare.resolve(file.getFileName()));
      }
      return spare;
    }

    List<Path> files() {
      return artifact.manifest().files().stream().map(file -> raw.resolve(file.rawName())).toList();
    }

    Path largest() {
      return files().stream()
          .max(Comparator.comparing(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private Copy backUp(Target target, String name) throws Exception {
    Path place = Files.createDirectory(subject().scratch().resolve(name));
    Vault vault = Vault.at(place.resolve("vault"));
    try (Staging staging = vault.stage("run/backup", Instant.now())) {
      Produced made = method().backUp(target, staging, "copy", Options.DEFAULT, Progress.SILENT);
      Artifact artifact =
          staging.publish(
              Facts.of(
                  made.fileNames(),
                  made.method(),
                  made.content(),
                  made.source().identity(),
                  made.snapshotAt(),
                  made.versions()));
      Path raw = Files.createDirectory(place.resolve("raw"));
      vault.unpack(artifact, raw);
      return new Copy(raw, artifact);
    }
  }

  private void restore(Copy copy, Target target) throws Exception {
    if (method().restoring() instanceof RestoreMethod.Swap swap) {
      assertThat(swap.state(target, "run/restore")).isEqualTo(State.NOT_APPLIED);
      swap.restore(copy.artifact(), copy.spare(), target, "run/restore", Progress.SILENT);
    } else if (method().restoring() instanceof RestoreMethod.InTransaction replacing) {
      replacing.preflight(copy.artifact(), copy.raw(), target, Progress.SILENT);
      Concurrency concurrency = dialect().concurrency();
      try (Connection session = dialect().openWriting(target)) {
        concurrency.begin(session);
        replacing.replace(copy.artifact(), copy.raw(), session, Progress.SILENT);
        concurrency.rollback(session);
        assertThat(committedRows()).as("rows after it was rolled back").isEqualTo(2);
        concurrency.begin(session);
        replacing.replace(copy.artifact(), copy.raw(), session, Progress.SILENT);
        concurrency.mark(session, new Marker("run/restore", "run", "restore", "plan", "head"));
        concurrency.commit(session);
        assertThat(concurrency.marker(session, "run/restore")).as("marker").isPresent();
      }
    }
  }

  private void requireTold(Target target) throws Exception {
    if (method().restoring() instanceof RestoreMethod.Swap swap) {
      assertThat(swap.state(target, "run/restore")).isEqualTo(State.APPLIED);
      assertThat(swap.state(target, "run/other")).isEqualTo(State.NOT_APPLIED);
    }
  }

  private Content content(Target target) throws Exception {
    return method().content(target, Progress.SILENT);
  }

  private Content drill(Copy copy, Path place) throws Exception {
    return method()
        .drill(copy.artifact(), copy.raw(), subject().drillIn(place), "run/drill", Progress.SILENT);
  }

  private void damage(Target target) throws SQLException {
    try (Connection session = dialect().openWriting(target)) {
      Sql.run(session, "DELETE FROM " + DialectSubject.TABLE + " WHERE id = 2");
      Sql.run(session, "UPDATE " + DialectSubject.TABLE + " SET name = 'changed' WHERE id = 3");
      Sql.run(session, subject().createTable("contract_later"));
    }
  }

  @Test
  default void a_restore_brings_back_the_content_that_was_backed_up() throws Exception {
    if (Asking.refusedWhilePlanning(Capability.BACKUPS, target())) {
      return;
    }
    Target target = filled();
    method().preflight(target, Options.DEFAULT);
    assertThat(method().preview(Options.DEFAULT)).isNotEmpty();
    Content before = content(target);
    Copy copy = backUp(target, "backup");
    assertThat(copy.content())
        .as("content of the backup")
        .isEqualTo(method().contentAs(copy.content(), target, Progress.SILENT));
    assertThat(content(target)).as("content of the target after it").isEqualTo(before);
    damage(target);
    assertThat(content(target)).as("content is looked at").isNotEqualTo(before);

    restore(copy, target);
    assertThat(content(target)).as("content after the restore").isEqualTo(before);
    assertThat(committedRows()).isEqualTo(3);
    requireTold(target);
  }

  @Test
  default void content_tells_rows_values_and_schema_apart() throws Exception {
    if (Asking.refusedWhilePlanning(Capability.BACKUPS, target())) {
      return;
    }
    Target target = filled();
    Content before = content(target);
    assertThat(before.rows()).isEqualTo(3);
    try (Connection session = dialect().openWriting(target)) {
      Sql.run(session, "UPDATE " + DialectSubject.TABLE + " SET name = 'changed' WHERE id = 3");
      Content updated = content(target);
      assertThat(updated).isNotEqualTo(before);
      assertThat(updated.schemaDigest()).isEqualTo(before.schemaDigest());
      Sql.run(session, "UPDATE " + DialectSubject.TABLE + " SET name = 'item 3' WHERE id = 3");
      assertThat(content(target)).isEqualTo(before);
      Sql.run(session, subject().createTable("contract_later"));
    }
    assertThat(content(target).schemaDigest()).isNotEqualTo(before.schemaDigest());
  }

  @Test
  default void a_drill_finds_the_content_of_the_backup_and_touches_nothing() throws Exception {
    if (Asking.refusedWhilePlanning(Capability.BACKUPS, target())) {
      return;
    }
    Target target = filled();
    Copy copy = backUp(target, "backup");
    damage(target);
    String damaged = subject().state(target);
    Path place = Files.createDirectory(subject().scratch().resolve("drill"));
    byte[] before = Files.readAllBytes(copy.largest());
    method().preflightDrill(target, subject().drillIn(place));
    assertThat(copy.content().differences(drill(copy, place))).isEmpty();
    assertThat(place).as("left behind").isEmptyDirectory();
    assertThat(copy.largest()).hasBinaryContent(before);
    assertThat(subject().state(target)).isEqualTo(damaged);
  }

  @Test
  default void a_drill_of_a_copy_that_was_cut_short_does_not_find_its_content() throws Exception {
    if (Asking.refusedWhilePlanning(Capability.BACKUPS, target())) {
      return;
    }
    Copy copy = backUp(filled(), "backup");
    Path place = Files.createDirectory(subject().scratch().resolve("drill"));
    Path file = copy.largest();
    byte[] whole = Files.readAllBytes(file);
    for (int keep : new int[] {whole.length / 4, whole.length / 2, whole.length * 3 / 4}) {
      Files.write(file, Arrays.copyOf(whole, keep));
      Content found;
      try {
        found = drill(copy, place);
      } catch (Exception damaged) {
        continue;
      }
      assertThat(copy.content().differences(found))
          .as("%d of %d bytes", keep, whole.length)
          .isNotEmpty();
    }
  }
}
