package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.PackagedFiles;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The database of the monitoring software Zabbix, as its package in Debian makes and fills it. */
@Tag("nightly")
class PackagedDrillTest {
  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_drill_and_a_restore_in_place_have_its_content(EngineUnderTest engine) throws Exception {
    Path sql = PackagedFiles.of("zabbix-server-pgsql", "bookworm").resolve("usr/share");
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(engine, database, work);
      for (String part : List.of("schema", "images", "data")) {
        // All statements of a script at once: 170,000 answers one by one would take minutes.
        dumps.execute(unzipped(sql.resolve("zabbix-server-pgsql/" + part + ".sql.gz")));
      }
      Content before = dumps.content();
      assertThat(before.tables()).hasSizeGreaterThan(150);
      assertThat(before.rows()).isGreaterThan(50_000);

      Artifact artifact = dumps.backUp(1);
      assertThat(artifact.manifest().content()).as("backup").isEqualTo(dumps.contentAs(artifact));
      assertThat(dumps.drillDifferences(artifact)).as("drill").isEmpty();
      assertThat(dumps.drillDifferences(dumps.backUp(2))).as("in parallel").isEmpty();

      dumps.execute("DROP TABLE hosts CASCADE", "UPDATE items SET name = name || ' changed'");
      assertThat(before.differences(dumps.content())).as("damage").isNotEmpty();
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(before.differences(dumps.content())).as("restore in place").isEmpty();
    }
  }

  private static String unzipped(Path script) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(script))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
