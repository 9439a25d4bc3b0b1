package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A snapshot does not keep the schema as it is: what is changed meanwhile is never mixed in. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class SchemaChangesTest {
  private static final List<String> CHANGES =
      List.of(
          "ALTER TABLE t ADD COLUMN d INT DEFAULT 9",
          "ALTER TABLE t ADD COLUMN d INT FIRST, ALGORITHM = COPY",
          "ALTER TABLE t CHANGE COLUMN a z VARCHAR(9)",
          "ALTER TABLE t COMMENT = 'other'",
          "ALTER TABLE t ADD INDEX (b)",
          "ALTER TABLE t MODIFY b VARCHAR(9)",
          "ALTER TABLE t DROP COLUMN b",
          "TRUNCATE TABLE t",
          "OPTIMIZE TABLE t",
          "DROP TABLE t",
          "RENAME TABLE t TO u",
          "CREATE TABLE another (a INT)",
          "CREATE VIEW v AS SELECT 1 AS one",
          "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.b = 1",
          "DROP FUNCTION f");

  /** They leave every definition as it was. */
  private static final List<String> KEEPING = List.of("TRUNCATE TABLE t", "OPTIMIZE TABLE t");

  /** Behind the snapshot, and behind the first table. */
  private static final List<String> POINTS =
      List.of("backup.snapshot-taken", "backup.table-written");

  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private Backups backups = new Backups(served, directory);

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
  }

  @AfterEach
  void drop() {
    backups.close();
  }

  private void tables() throws Exception {
    backups.execute(
        "DROP TABLE IF EXISTS a0, t, u, another",
        "DROP VIEW IF EXISTS v",
        "DROP FUNCTION IF EXISTS f",
        "CREATE TABLE a0 (i INT)",
        "INSERT INTO a0 VALUES (1)",
        "CREATE TABLE t (a VARCHAR(9), b INT)",
        "INSERT INTO t VALUES ('ab', 1), ('c', 2)",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1");
  }

  /** Once, at that point. */
  private Progress changing(String point, String sql) {
    List<String> left = new ArrayList<>(List.of(sql));
    return new Progress() {
      @Override
      public void moved(long bytes, long total) {}

      @Override
      public void reached(String name) {
        if (name.equals(point) && !left.isEmpty()) {
          try {
            backups.execute(left.remove(0));
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        }
      }

      @Override
      public void continuing() {}

      @Override
      public void interruptibleBy(Runnable interrupt) {}
    };
  }

  @Test
  void a_change_during_a_backup_is_refused_or_right() throws Exception {
    for (int i = 0; i < CHANGES.size(); i++) {
      if (!served.takes(CHANGES.get(i))) {
        continue; // each takes one server by its text
      }
      refusedOrRight(POINTS.get(i % POINTS.size()), CHANGES.get(i));
    }
  }

  @Test
  @Tag("nightly")
  void each_change_at_each_point_of_a_backup_is_refused_or_right() throws Exception {
    for (String point : POINTS) {
      for (String change : CHANGES) {
        refusedOrRight(point, change);
      }
    }
  }

  private void refusedOrRight(String point, String change) throws Exception {
    tables();
    List<TableContent> before = new ArrayList<>();
    if (KEEPING.contains(change)) {
      before.addAll(backups.content().tables());
    }
    try {
      Artifact artifact = backups.backUp(Options.DEFAULT, changing(point, change));
      assertThat(change).as("what may pass").isIn(KEEPING);
      assertThat(artifact.manifest().content().tables()).as(change).isEqualTo(before);
      assertThat(backups.drill(artifact)).as(change).isEmpty();
    } catch (StepFailed failed) {
      assertThat(failed.findings())
          .as(change)
          .extracting(Finding::code)
          .containsExactly("backup.schema-changed");
    }
  }
}
