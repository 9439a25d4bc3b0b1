package dev.gatehouse.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.Line;
import dev.gatehouse.core.testkit.fault.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line to the server is cut at a byte of a backup: nothing is published, and nobody waits. */
class DumpCutTest {
  @TempDir Path work = Path.of("");

  @Test
  void a_backup_whose_line_is_cut_is_not_published() throws Exception {
    cutAt(4);
  }

  @Test
  @Tag("nightly")
  void a_backup_whose_line_is_cut_at_many_bytes_is_not_published() throws Exception {
    cutAt(400);
  }

  private void cutAt(int places) throws Exception {
    EngineUnderTest engine = EngineUnderTest.postgres().get(0);
    try (TestDatabase database = engine.database();
        Proxy proxy = Proxy.to(database.port())) {
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute("CREATE TABLE item AS SELECT i, md5(i::text) FROM generate_series(1, 3000) i");
      Target target =
          Target.at(
              "shop",
              database.jdbcUrl().replace(":" + database.port(), ":" + proxy.port()),
              database.account(),
              database.secret(),
              Postgres.dialectWith(Dumps.tools(engine)));
      backUp(dumps, target, "whole");
      long most = proxy.delivered(Line.Way.TO_CLIENT) / 2;
      int failed = 0;
      for (int i = 0; i < places; i++) {
        proxy.set(Line.CLEAN.cut(Line.Way.TO_CLIENT, most * i / places, Line.How.RESET));
        long begun = System.nanoTime();
        try {
          Artifact whole = backUp(dumps, target, "cut " + i);
          dumps.vault.verify(whole);
          assertThat(whole.manifest().content().rows()).isEqualTo(3_000);
        } catch (Exception expected) {
          failed++;
          assertThat(dumps.vault.published("cut " + i)).isEmpty();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
      }
      assertThat(failed).isGreaterThanOrEqualTo(places / 2);
      assertThat(dumps.vault.problems()).isEmpty();
    }
  }

  private static Artifact backUp(Dumps dumps, Target target, String key) throws Exception {
    try (Staging staging = dumps.vault.stage(key, Instant.now())) {
      Produced made =
          dumps.method.backUp(target, staging, "shop", Options.DEFAULT, Progress.SILENT);
      return staging.publish(
          Facts.of(
              made.fileNames(),
              made.method(),
              made.content(),
              made.source().identity(),
              made.snapshotAt(),
              made.versions()));
    }
  }
}
