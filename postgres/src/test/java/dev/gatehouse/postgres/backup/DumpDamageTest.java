package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One bit or the end of any file of an artifact gone: refused before the target is looked at. */
class DumpDamageTest {
  @TempDir Path work = Path.of("");

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void flips_and_truncations_are_caught(int jobs) throws Exception {
    caught(jobs, 40, 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @Tag("nightly")
  void two_thousand_flips_and_four_hundred_truncations_are_caught(int jobs) throws Exception {
    caught(jobs, 1_000, 200);
  }

  private void caught(int jobs, int flips, int truncations) throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(DumpDamageTest.class);
    Dumps dumps;
    Artifact artifact;
    try (TestDatabase database = engine.database()) {
      dumps = new Dumps(engine, database, work);
      dumps.execute(
          "CREATE TABLE item AS SELECT i, md5(i::text) FROM generate_series(1, 2000) i",
          "CREATE TABLE other AS SELECT i FROM generate_series(1, 100) i");
      artifact = dumps.backUp(jobs);
    }
    Random random = new Random(jobs);
    List<Path> files = artifact.files();
    int caught = 0;
    for (int i = 0; i < flips + truncations; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      int at = random.nextInt(whole.length);
      if (i < flips) {
        damaged[at] ^= (byte) (1 << random.nextInt(8));
      } else {
        damaged = Arrays.copyOf(whole, at);
      }
      Files.write(file, damaged);
      try {
        dumps.unpacked(artifact);
      } catch (Refusal refusal) {
        caught++;
      }
      Files.write(file, whole);
    }
    assertThat(caught).isEqualTo(flips + truncations);
    dumps.vault.verify(artifact);
  }
}
