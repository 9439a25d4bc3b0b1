package dev.gatehouse.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.PackagedFiles;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The database of the monitoring software Zabbix, as its package in Debian makes and fills it. */
@Tag("nightly")
class PackagedDrillTest {
  @TempDir Path work = Path.of("");

  static List<Arguments> engines() {
    return EngineUnderTest.postgres().stream()
        .flatMap(engine -> Stream.of(Arguments.of(engine, 1), Arguments.of(engine, 2)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_drill_and_a_restore_in_place_have_its_content(EngineUnderTest engine, int jobs)
      throws Exception {
    Path sql = PackagedFiles.of("zabbix-server-pgsql", "bookworm").resolve("usr/share");
    try (TestDatabase database = engine.database()) {
      ClientTool psql = new ClientTool(engine.tool("psql").path(), database, work);
      for (String part : List.of("schema", "images", "data")) {
        Path script = unzipped(sql.resolve("zabbix-server-pgsql/" + part + ".sql.gz"));
        psql.run("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=" + script);
      }
      Dumps dumps = new Dumps(engine, database, work);
      Content before = dumps.content();
      assertThat(before.tables()).hasSizeGreaterThan(150);
      assertThat(before.rows()).isGreaterThan(50_000);

      Artifact artifact = dumps.backUp(jobs);
      assertThat(before.differences(artifact.manifest().content())).as("backup").isEmpty();
      assertThat(before.differences(dumps.drill(artifact))).as("drill").isEmpty();

      dumps.execute("DROP TABLE hosts CASCADE", "UPDATE items SET name = name || ' changed'");
      assertThat(before.differences(dumps.content())).as("damage").isNotEmpty();
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(before.differences(dumps.content())).as("restore in place").isEmpty();
    }
  }

  private Path unzipped(Path zipped) throws IOException {
    Path script = work.resolve(String.valueOf(zipped.getFileName()).replace(".gz", ""));
    try (InputStream in = new GZIPInputStream(Files.newInputStream(zipped))) {
      Files.copy(in, script);
    }
    return script;
  }
}
