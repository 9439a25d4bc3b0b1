package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large objects are hashed in pieces, and what comes out does not depend on their size. */
class LargeObjectsTest {
  private static final String WHOLE =
      "SELECT count(*) || ', ' || coalesce(sum(hashtextextended(oid || ':' ||"
          + " encode(sha256(lo_get(oid)), 'hex'), 0)), 0) FROM pg_largeobject_metadata";

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(LargeObjectsTest.class);
  private final TestDatabase database = engine.database();

  @AfterEach
  void drop() {
    database.close();
  }

  private String state(int piece) throws Exception {
    try (Connection session = database.connect()) {
      return new LargeObjects(session, piece, Progress.SILENT).state();
    }
  }

  @Test
  void the_sum_is_that_of_whole_objects_whatever_the_piece() throws Exception {
    assertThat(state(7)).isEqualTo("0, 0");
    for (int length : new int[] {0, 1, 6, 7, 8, 14, 15, 2048, 5000}) {
      database.run(
          "SELECT lo_from_bytea(0, decode(repeat('0a%02x', %d), 'hex') || decode(repeat('fe', %d),"
                  .formatted(length % 251, length / 2, length % 2)
              + " 'hex'))");
    }
    // A hole, which reads as zeros.
    database.run(
        "DO $$ DECLARE o oid; f int; BEGIN o := lo_create(0); f := lo_open(o, 393216);"
            + " PERFORM lo_lseek64(f, 9000, 0); PERFORM lowrite(f, 'end'); PERFORM lo_close(f);"
            + " END $$");
    String whole = database.one(WHOLE);
    assertThat(whole).startsWith("10, ");
    for (int piece : new int[] {1, 7, 2048, 4096, 1 << 20}) {
      assertThat(state(piece)).as("pieces of " + piece).isEqualTo(whole);
    }
  }

  @Test
  void a_byte_in_any_piece_counts() throws Exception {
    String oid = database.one("SELECT lo_from_bytea(0, decode(repeat('00', 50), 'hex'))");
    String before = state(7);
    for (int at : new int[] {0, 6, 7, 48, 49}) {
      database.run("SELECT lo_put(%s, %d, '\\x01')".formatted(oid, at));
      assertThat(state(7)).as("byte " + at).isNotEqualTo(before);
      database.run("SELECT lo_put(%s, %d, '\\x00')".formatted(oid, at));
      assertThat(state(7)).isEqualTo(before);
    }
  }

  /** More than the server hands out at once. */
  @Test
  @Tag("nightly")
  void one_beyond_a_gibibyte_goes_through_backup_drill_and_restore() throws Exception {
    Dumps dumps = new Dumps(engine, database, work);
    dumps.execute(
        "CREATE TABLE doc (id int PRIMARY KEY, img oid)",
        "DO $$ DECLARE o oid; f int; BEGIN o := lo_create(0); f := lo_open(o, 393216);"
            + " PERFORM lo_lseek64(f, 1100000000, 0); PERFORM lowrite(f, 'end');"
            + " PERFORM lo_close(f); INSERT INTO doc VALUES (1, o); END $$");
    Content before = dumps.content();
    Artifact artifact = dumps.backUp(1);
    assertThat(artifact.manifest().content()).isEqualTo(dumps.contentAs(artifact));
    assertThat(dumps.drillDifferences(artifact)).isEmpty();
    dumps.execute("SELECT lo_put(img, 1050000000, 'damage') FROM doc");
    assertThat(before.differences(dumps.content())).hasSize(1);
    dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
    assertThat(before.differences(dumps.content())).isEmpty();
    assertThat(database.one("SELECT encode(lo_get(img, 1100000000, 9), 'escape') FROM doc"))
        .isEqualTo("end");
  }
}
