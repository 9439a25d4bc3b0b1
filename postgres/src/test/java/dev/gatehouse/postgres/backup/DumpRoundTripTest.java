package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What was backed up comes back, of every kind of object, in a drill and in place. */
class DumpRoundTripTest {
  @TempDir Path work = Path.of("");

  /** Each version once, with the jobs by turns; both with both where all is wanted. */
  static List<Arguments> engines() {
    List<EngineUnderTest> all = EngineUnderTest.postgres();
    return IntStream.range(0, all.size())
        .boxed()
        .flatMap(
            nth ->
                Sampled.Few.of(1, 2)
                    .mapToObj(more -> Arguments.of(all.get(nth), 1 + (nth + more) % 2)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_drill_and_a_restore_in_place_have_the_content_of_the_source(
      EngineUnderTest engine, int jobs) throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute(DumpSample.SQL);
      Content before = dumps.content();

      Artifact artifact = dumps.backUp(jobs);
      Content recorded = artifact.manifest().content();
      assertThat(recorded).isEqualTo(dumps.contentAs(artifact));
      assertThat(artifact.manifest().files()).hasSizeGreaterThan(jobs == 1 ? 0 : 10);
      assertThat(dumps.content()).as("the target after the backup").isEqualTo(before);
      dumps.vault.verify(artifact);

      assertThat(recorded.differences(dumps.drill(artifact))).as("drill").isEmpty();
      assertThat(dumps.databaseLike("gatehouse\\_drill\\_%")).isEmpty();

      dumps.execute(DumpSample.DAMAGE);
      assertThat(dumps.content()).isNotEqualTo(before);
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(before.differences(dumps.content())).as("restore").isEmpty();
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(before.differences(dumps.content())).as("restore over itself").isEmpty();
    }
  }
}
