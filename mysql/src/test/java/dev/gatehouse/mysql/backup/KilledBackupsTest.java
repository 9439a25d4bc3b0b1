package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A backup whose sessions are ended somewhere is none; nothing of it is published. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class KilledBackupsTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.share(KilledBackupsTest.class);
  }

  @Test
  void nothing_is_published_of_five_killed_backups() throws Exception {
    killed(Integer.getInteger("backups", 5));
  }

  @Test
  @Tag("nightly")
  void nothing_is_published_of_fifty_killed_backups() throws Exception {
    killed(Integer.getInteger("backups", 50));
  }

  private void killed(int times) throws Exception {
    Random random = new Random();
    try (Backups backups = new Backups(served, directory);
        TestDatabase beside = served.engine().database()) {
      backups.execute("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(200))");
      backups.execute("INSERT INTO t (a) VALUES (REPEAT('x', 200)), (REPEAT('y', 200))");
      for (int i = 0; i < 12; i++) {
        backups.execute("INSERT INTO t (a) SELECT a FROM t");
      }
      backups.execute("CREATE TABLE u AS SELECT * FROM t", "CREATE VIEW v AS SELECT a FROM u");
      Counting whole = new Counting();
      backups.backUp(Options.DEFAULT, whole);
      assertThat(whole.steps).isGreaterThan(20);
      for (int i = 0; i < times; i++) {
        int at = 1 + random.nextInt(whole.steps - 1);
        Counting killing =
            new Counting() {
              private boolean killed;

              @Override
              void step() {
                super.step();
                if (steps >= at && !killed) {
                  killed = kill(backups.database.name(), beside);
                }
              }
            };
        assertThatThrownBy(() -> backups.backUp(Options.DEFAULT, killing), "step " + at)
            .isNotNull();
        assertThat(backups.vault().artifacts()).as("step " + at).hasSize(1);
      }
      Artifact again = backups.backUp();
      assertThat(again.manifest().content().rows()).isEqualTo(2 * 8192);
    }
  }

  /** Whether there was one. */
  private static boolean kill(String database, TestDatabase beside) {
    try (Connection admin = beside.connect()) {
      List<String> ids = new ArrayList<>();
      try (var rows =
          admin
              .createStatement()
              .executeQuery(
                  "SELECT id FROM information_schema.processlist WHERE db = '" + database + "'")) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
      for (String id : ids) {
        Sql.run(admin, "KILL CONNECTION " + id);
      }
      return !ids.isEmpty();
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each point and each piece of rows is a step. */
  private static class Counting implements Progress {
    int steps;

    void step() {
      steps++;
    }

    @Override
    public void moved(long bytes, long total) {
      step();
    }

    @Override
    public void reached(String name) {
      step();
    }

    @Override
    public void continuing() {
      step();
    }

    @Override
    public void interruptibleBy(Runnable interrupt) {}
  }
}
