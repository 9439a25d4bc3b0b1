package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.StoredFile;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.session.Queries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong in a restore in place, the target is what it was. */
class RestoreFailureTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(RestoreFailureTest.class);
  private final TestDatabase database = engine.database();
  private Content before = new Content("", List.of());

  @BeforeEach
  void fill() throws Exception {
    dumps()
        .execute(
            "CREATE TABLE item (id serial PRIMARY KEY, label text)",
            // More than pipes and buffers hold: pg_restore still writes when it is killed.
            "INSERT INTO item (label) SELECT 'item ' || i || repeat('x', 100)"
                + " FROM generate_series(1, 3000) i",
            "CREATE VIEW labels AS SELECT label FROM item");
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Artifact backUpAndDamage(int jobs) throws Exception {
    Artifact artifact = dumps().backUp(jobs);
    dumps().execute("DELETE FROM item WHERE id % 2 = 0", "CREATE TABLE later (a int)");
    before = dumps().content();
    return artifact;
  }

  private void requireUnchanged(String what) throws Exception {
    assertThat(before.differences(dumps().content())).as(what).isEmpty();
  }

  @Test
  void a_failed_restore_of_each_kind_leaves_the_target_unchanged() throws Exception {
    failedRestores(1);
  }

  @Test
  @Tag("nightly")
  void two_hundred_failed_restores_leave_the_target_unchanged() throws Exception {
    failedRestores(50);
  }

  /** One attempt at a restore that something is in the way of. */
  private interface Attempt {
    boolean fails(Artifact artifact, Random random) throws Exception;
  }

  /** An attempt that comes through, because its fault met nothing, is none of them. */
  private void failedRestores(int ofEachKind) throws Exception {
    Artifact artifact = backUpAndDamage(1);
    Random random = new Random(1);
    List<Attempt> kinds = List.of(this::cutOff, this::flipped, this::disconnected, this::killed);
    for (Attempt kind : kinds) {
      int failed = 0;
      for (int tried = 0; failed < ofEachKind; tried++) {
        assertThat(tried)
            .as("of kind %d failed %d", kinds.indexOf(kind), failed)
            .isLessThan(10 * ofEachKind);
        failed += kind.fails(artifact, random) ? 1 : 0;
      }
    }
  }

  private boolean fails(Artifact artifact, Path raw, Progress progress, String what)
      throws Exception {
    try {
      dumps().replace(artifact, raw, progress);
    } catch (Exception expected) {
      requireUnchanged(what);
      return true;
    }
    assertThat(artifact.manifest().content().differences(dumps().contentAs(artifact)))
        .as(what)
        .isEmpty();
    dumps().execute("DELETE FROM item WHERE id % 2 = 0", "CREATE TABLE later (a int)");
    before = dumps().content();
    return false;
  }

  private boolean cutOff(Artifact artifact, Random random) throws Exception {
    Path raw = dumps().unpacked(artifact);
    Path file = raw.resolve(dump(artifact));
    byte[] bytes = Files.readAllBytes(file);
    int at = random.nextInt(bytes.length);
    Files.write(file, Arrays.copyOf(bytes, at));
    return fails(artifact, raw, Progress.SILENT, "cut at " + at);
  }

  /** Past all checksums, which refuse it before: the replay itself must not let it through. */
  private boolean flipped(Artifact artifact, Random random) throws Exception {
    Path raw = dumps().unpacked(artifact);
    Path file = raw.resolve(dump(artifact));
    byte[] bytes = Files.readAllBytes(file);
    int at = random.nextInt(bytes.length);
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    Files.write(file, bytes);
    return fails(artifact, raw, Progress.SILENT, "flipped at " + at);
  }

  private boolean disconnected(Artifact artifact, Random random) throws Exception {
    int at = random.nextInt(120);
    Counting ending =
        new Counting(
            at,
            () ->
                dumps()
                    .execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                            + " current_database() AND pid <> pg_backend_pid()"));
    String what = "session ended at call " + at;
    boolean failed = fails(artifact, dumps().unpacked(artifact), ending, what);
    assertThat(failed).as(what).isEqualTo(ending.happened());
    return failed;
  }

  private boolean killed(Artifact artifact, Random random) throws Exception {
    int at = random.nextInt(40);
    Counting ending =
        new Counting(
            at,
            () ->
                ProcessHandle.current()
                    .descendants()
                    .filter(
                        p ->
                            p.info()
                                .arguments()
                                .map(a -> String.join(" ", a))
                                .orElse("")
                                .contains("--single-transaction"))
                    .forEach(ProcessHandle::destroyForcibly));
    return fails(artifact, dumps().unpacked(artifact), ending, "pg_restore killed at call " + at);
  }

  private static String dump(Artifact artifact) {
    return artifact.manifest().files().stream()
        .map(StoredFile::rawName)
        .filter(name -> name.endsWith(".dump"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_copy_that_is_whole_but_not_the_recorded_one_is_rolled_back() throws Exception {
    Artifact artifact = backUpAndDamage(1);
    Artifact other = dumps().backUp(1);
    Path raw = Files.createDirectory(work.resolve("exchanged"));
    Path unpacked = dumps().unpacked(other);
    Files.copy(unpacked.resolve(dump(other)), raw.resolve(dump(artifact)));
    Files.copy(unpacked.resolve(Definitions.FILE), raw.resolve(Definitions.FILE));
    assertThatThrownBy(() -> dumps().restore(artifact, raw, Progress.SILENT))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("table 'public.item' is not as recorded")
        .hasMessageContaining("3000 rows");
    requireUnchanged("exchanged");
  }

  @Test
  void sessions_of_others_are_named_and_ended_when_asked() throws Exception {
    var restoring = (RestoreInPlace) dumps().method.restoring();
    try (Connection other = database.connect()) {
      Queries.run(other, "SET application_name = 'the shop'");
      assertThatThrownBy(() -> restoring.refuseSessions(dumps().target))
          .hasMessageContaining("others are connected to 'shop'")
          .hasMessageContaining("the shop, idle")
          .hasMessageContaining(".endingSessions()");
      restoring.endSessions(dumps().target);
      restoring.refuseSessions(dumps().target);
      assertThat(other.isValid(1)).isFalse();
    }
  }

  /** What happens at the n-th sign of life. */
  private static final class Counting implements Progress {
    interface Act {
      void act() throws Exception;
    }

    private final int at;
    private final Act act;
    private int calls;

    Counting(int at, Act act) {
      this.at = at;
      this.act = act;
    }

    boolean happened() {
      return calls > at;
    }

    private void next() {
      if (calls++ == at) {
        try {
          act.act();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void moved(long bytes, long total) {
      next();
    }

    @Override
    public void reached(String point) {
      next();
    }

    @Override
    public void continuing() {
      next();
    }

    @Override
    public void interruptibleBy(Runnable interrupt) {}
  }
}
