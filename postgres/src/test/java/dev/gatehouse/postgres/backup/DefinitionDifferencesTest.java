package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Definitions that are not the recorded ones are shown on both sides. */
class DefinitionDifferencesTest {
  private static final String DUMP = "shop.dump";

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine =
      EngineUnderTest.postgres(DefinitionDifferencesTest.class).get(0);
  private final TestDatabase database = engine.database();

  @BeforeEach
  void fill() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE item (n int, k text, CHECK (n BETWEEN 1 AND 10 AND k > 'a'))",
            "CREATE VIEW few AS SELECT n FROM item WHERE n BETWEEN 1 AND 5 AND k = 'b'",
            "INSERT INTO item VALUES (2, 'b')");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  /** What was recorded of one backup, beside the dump of another. */
  private Path exchanged(Artifact recorded, Artifact dumped) throws Exception {
    Path raw = dumps().unpacked(recorded);
    Files.delete(raw.resolve(DUMP));
    Files.copy(dumps().unpacked(dumped).resolve(DUMP), raw.resolve(DUMP));
    return raw;
  }

  @Test
  void a_drill_names_the_view_and_shows_both_definitions() throws Exception {
    Artifact recorded = dumps().backUp(1);
    dumps()
        .execute(
            "CREATE OR REPLACE VIEW few AS SELECT n FROM item WHERE n BETWEEN 1 AND 5 OR k = 'b'",
            "CREATE TABLE later (a int)");
    Artifact dumped = dumps().backUp(1);
    Content copy =
        dumps()
            .method
            .drill(
                recorded,
                exchanged(recorded, dumped),
                new Scratch.OnServer(dumps().target),
                "run/drill",
                Progress.SILENT);
    List<Finding> differences = recorded.manifest().content().differences(copy);
    assertThat(differences.stream().map(Finding::headline))
        .containsExactly(
            "table public.later was not recorded",
            "view public.few is not as recorded",
            "table 'public.later' was not recorded");
    assertThat(differences.get(1).text())
        .isEqualTo(
            """
            view public.few is not as recorded
              expected  definition: (line 3)   WHERE (((item.n >= 1) AND (item.n <= 5)) AND (item.k = 'b'::text));
              found     definition: (line 3)   WHERE (((item.n >= 1) AND (item.n <= 5)) OR (item.k = 'b'::text));
              fix       do not use this copy as proof; take the backup or the restore again
              code      content.schema"""
                .replace("item.", prefix()));
    assertThat(copy.notes().get("printed otherwise"))
        .isEqualTo("constraint public.item.item_check");
  }

  private String prefix() throws Exception {
    try (var session = database.connect()) {
      return session.getMetaData().getDatabaseMajorVersion() < 16 ? "item." : "";
    }
  }

  @Test
  void a_restore_in_place_does_so_and_is_rolled_back() throws Exception {
    Artifact recorded = dumps().backUp(1);
    dumps().execute("ALTER TABLE item ADD CONSTRAINT more CHECK (n <> 7)");
    Artifact dumped = dumps().backUp(1);
    Path raw = exchanged(recorded, dumped);
    Content before = dumps().content();
    assertThatThrownBy(() -> dumps().restore(recorded, raw, Progress.SILENT))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("constraint public.item.more was not recorded")
        .hasMessageContaining("CHECK ((n <> 7))");
    assertThat(dumps().content()).isEqualTo(before);
  }

  @Test
  void an_artifact_of_before_definitions_were_kept_is_compared_by_its_digest() throws Exception {
    Artifact today = dumps().backUp(1);
    Artifact old = withoutDefinitions(today);
    assertThat(old.manifest().content().differences(dumps().drill(old)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.expected()).startsWith("sha256:"));
    dumps().restore(today, dumps().unpacked(today), Progress.SILENT);
    Artifact again = withoutDefinitions(dumps().backUp(1));
    assertThat(again.manifest().content().differences(dumps().drill(again))).isEmpty();
    dumps().restore(again, dumps().unpacked(again), Progress.SILENT);
  }

  private Artifact withoutDefinitions(Artifact artifact) throws Exception {
    Manifest manifest = artifact.manifest();
    try (Staging staging = dumps().vault.stage("run/" + UUID.randomUUID(), Instant.now())) {
      Files.copy(dumps().unpacked(artifact).resolve(DUMP), staging.file(DUMP));
      return staging.publish(
          Facts.of(
              List.of(DUMP),
              manifest.method(),
              manifest.content(),
              manifest.source(),
              manifest.snapshotAt(),
              manifest.versions()));
    }
  }
}
