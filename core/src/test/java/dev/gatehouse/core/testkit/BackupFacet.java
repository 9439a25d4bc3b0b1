package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.BackupMethod.RestoreState;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.Asking.Capability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * What was backed up comes back, by content. A dialect without backups is refused while planning.
 */
interface BackupFacet extends Facet {

  private BackupMethod method() {
    return dialect().backups().orElseThrow();
  }

  /** A copy, and what a vault would hand back for it. */
  record Copy(Path raw, Produced produced, Artifact artifact) {

    /** A file of its own, which a restore may move. */
    Path spare() throws Exception {
      return Files.copy(raw, raw.resolveSibling("spare"));
    }
  }

  private Copy backUp(Target target, String name) throws Exception {
    Path raw = Files.createDirectory(subject().scratch().resolve(name)).resolve("copy");
    Produced made = method().backUp(target, raw, Options.DEFAULT, Progress.SILENT);
    Instant now = Instant.now();
    Manifest manifest =
        new Manifest(
            "20261121T080000Z-0badcafe",
            "run/backup",
            made.fileName(),
            "none",
            Files.size(raw),
            Files.size(raw),
            "raw",
            "stored",
            made.source().identity(),
            made.method(),
            made.content(),
            made.snapshotAt(),
            now,
            made.versions());
    return new Copy(raw, made, new Artifact(raw.resolveSibling(""), manifest));
  }

  private Content content(Target target) throws Exception {
    return method().content(target, Progress.SILENT);
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
    method().preflight(target);
    assertThat(method().preview(Options.DEFAULT)).isNotEmpty();
    Content before = content(target);
    Copy copy = backUp(target, "backup");
    assertThat(copy.produced().content()).as("content of the backup").isEqualTo(before);
    assertThat(content(target)).as("content of the target after it").isEqualTo(before);
    damage(target);
    assertThat(content(target)).as("content is looked at").isNotEqualTo(before);

    assertThat(method().restoreState(target, "run/restore")).isEqualTo(RestoreState.NOT_APPLIED);
    method().restore(copy.artifact(), copy.spare(), target, "run/restore", Progress.SILENT);
    assertThat(content(target)).as("content after the restore").isEqualTo(before);
    assertThat(committedRows()).isEqualTo(3);
    assertThat(method().restoreState(target, "run/restore")).isEqualTo(RestoreState.APPLIED);
    assertThat(method().restoreState(target, "run/other")).isEqualTo(RestoreState.NOT_APPLIED);
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
    byte[] before = Files.readAllBytes(copy.raw());
    assertThat(method().drill(copy.artifact(), copy.raw(), place, Progress.SILENT))
        .isEqualTo(copy.produced().content());
    assertThat(place).as("left behind").isEmptyDirectory();
    assertThat(copy.raw()).hasBinaryContent(before);
    assertThat(subject().state(target)).isEqualTo(damaged);
  }

  @Test
  default void a_drill_of_a_copy_that_was_cut_short_does_not_find_its_content() throws Exception {
    if (Asking.refusedWhilePlanning(Capability.BACKUPS, target())) {
      return;
    }
    Copy copy = backUp(filled(), "backup");
    Path place = Files.createDirectory(subject().scratch().resolve("drill"));
    byte[] whole = Files.readAllBytes(copy.raw());
    for (int keep : new int[] {whole.length / 4, whole.length / 2, whole.length * 3 / 4}) {
      Files.write(copy.raw(), Arrays.copyOf(whole, keep));
      Content found;
      try {
        found = method().drill(copy.artifact(), copy.raw(), place, Progress.SILENT);
      } catch (Exception damaged) {
        continue;
      }
      assertThat(found)
          .as("%d of %d bytes", keep, whole.length)
          .isNotEqualTo(copy.produced().content());
    }
  }
}
