package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tools that another program leads to, as those in a container: only its standard input is ours.
 */
class DumpInsideTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(DumpInsideTest.class);

  private Dumps inside(TestDatabase database) {
    String path = "PATH=" + Dumps.tools(engine) + ":/usr/bin:/bin";
    return new Dumps(PgTools.inside("env", path), database, work);
  }

  @Test
  void a_backup_is_drilled_and_restored() throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps dumps = inside(database);
      dumps.execute("CREATE TABLE item AS SELECT i FROM generate_series(1, 123) i");
      Artifact artifact = dumps.backUp(1);
      assertThat(artifact.manifest().content().differences(dumps.drill(artifact))).isEmpty();
      dumps.execute("DELETE FROM item WHERE i > 100");
      dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
      assertThat(artifact.manifest().content().differences(dumps.contentAs(artifact))).isEmpty();
    }
  }

  @Test
  void several_files_are_refused_because_they_would_stay_in_there() throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps dumps = inside(database);
      assertThatThrownBy(() -> dumps.method.preflight(dumps.target, new Options(false, false, 2)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("a backup in parallel needs pg_dump of this machine");
      Artifact parallel = new Dumps(engine, database, work).backUp(2);
      assertThatThrownBy(() -> dumps.drill(parallel))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("a directory cannot be read from inside a container");
    }
  }
}
