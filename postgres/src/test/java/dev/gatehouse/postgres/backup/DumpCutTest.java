package dev.gatehouse.postgres.backup;

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
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line to the server is cut at a byte of a backup: nothing is published, and nobody waits. */
class DumpCutTest {
  @TempDir Path work = Path.of("");

  /** Of our own sessions' bytes each so-manieth: 1 is each, ten thousand cuts in all. */
  private static final int STEP = Integer.getInteger("cut.step", 16);

  /** pg_dump reads its catalogue in 700 kB, whatever little there is to dump. */
  private static final int DUMP_STEP = 1_009 * STEP;

  @Test
  void a_backup_whose_line_is_cut_is_not_published() throws Exception {
    cut((ours, dump) -> LongStream.of(0, ours / 2, dump / 2, dump - 100));
  }

  @Test
  @Tag("nightly")
  void a_backup_whose_line_is_cut_at_any_byte_is_not_published() throws Exception {
    cut(
        (ours, dump) ->
            LongStream.concat(
                LongStream.iterate(0, at -> at <= ours, at -> at + STEP),
                LongStream.concat(
                    LongStream.iterate(ours + 1, at -> at < dump - 300, at -> at + DUMP_STEP),
                    LongStream.iterate(dump - 300, at -> at < dump, at -> at + STEP))));
  }

  /** Where to cut, when our longest session is so many bytes long, and pg_dump's so many. */
  @FunctionalInterface
  private interface Places {
    LongStream of(long ours, long dump);
  }

  private void cut(Places places) throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(DumpCutTest.class);
    try (TestDatabase database = engine.database();
        Proxy proxy = Proxy.to(database.port())) {
      Dumps dumps = new Dumps(engine, database, work);
      dumps.execute("CREATE TABLE item AS SELECT 1 AS i");
      Target target =
          Target.at(
              "shop",
              // What TLS adds is no message of the server's.
              database
                  .jdbcUrl()
                  .replace(":" + database.port(), ":" + proxy.port())
                  .replace("sslmode=require", "sslmode=disable"),
              database.account(),
              database.secret(),
              Postgres.dialectWith(Dumps.tools(engine)));
      backUp(dumps, target, "whole");
      List<Long> lengths = proxy.deliveredEach(Line.Way.TO_CLIENT).stream().sorted().toList();
      long dump = lengths.get(lengths.size() - 1);
      long ours = lengths.get(lengths.size() - 2);
      List<String> wrong = new ArrayList<>();
      long longest = 0;
      long cuts = 0;
      for (long at : places.of(ours, dump).toArray()) {
        proxy.set(Line.CLEAN.cut(Line.Way.TO_CLIENT, at, Line.How.RESET));
        long begun = System.nanoTime();
        if (!failsCleanly(dumps, target, "cut at " + at)) {
          wrong.add("cut at " + at);
        }
        longest = Math.max(longest, System.nanoTime() - begun);
        cuts++;
      }
      System.getLogger(DumpCutTest.class.getName())
          .log(
              System.Logger.Level.INFO,
              "{0} cuts in sessions of {1} and a dump of {2} bytes, {3} wrong, longest {4} ms",
              cuts,
              ours,
              dump,
              wrong.size(),
              longest / 1_000_000);
      assertThat(wrong).as("of %d cuts", cuts).isEmpty();
      assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(60));
      proxy.set(Line.CLEAN);
      dumps.vault.verify(backUp(dumps, target, "after all"));
      assertThat(dumps.vault.artifacts()).hasSize(2);
      assertThat(dumps.vault.problems()).isEmpty();
    }
  }

  private static boolean failsCleanly(Dumps dumps, Target target, String key) {
    try {
      backUp(dumps, target, key);
      return false;
    } catch (Exception expected) {
      return dumps.vault.published(key).isEmpty();
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
