package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A dead client is not a dead statement: whoever looks first makes sure that it has ended. */
class KilledRunnerTest {
  private static final int LONGEST_MILLIS = 1_300;
  private static final long SETTLED_MILLIS = 100;

  @TempDir Path directory = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(KilledRunnerTest.class);
  private final Random random = new Random(20_261_121);
  private final Map<SlowStep, Map<Kind, Integer>> answers = new EnumMap<>(SlowStep.class);

  @Test
  @Timeout(180)
  void a_runner_killed_in_mid_statement_leaves_nothing_that_goes_on_behind_the_answer()
      throws Exception {
    kill(SlowStep.ROWS, random.nextInt(LONGEST_MILLIS / 2), true);
    kill(SlowStep.TABLE, 0, false);
  }

  @Test
  @Tag("nightly")
  @Timeout(180)
  void each_slow_step_is_killed_early_and_late() throws Exception {
    for (SlowStep slow : SlowStep.values()) {
      kill(slow, random.nextInt(LONGEST_MILLIS / 2), true);
    }
    kill(SlowStep.ROWS_AT_ONCE, LONGEST_MILLIS, true);
    kill(SlowStep.ROWS_AT_ONCE, 0, false);
    assertThat(answers).hasSameSizeAs(SlowStep.values());
  }

  @Test
  @Tag("nightly")
  @Timeout(7_200)
  void three_hundred_killed_runners() throws Exception {
    for (int i = 0; i < 75; i++) {
      for (SlowStep slow : SlowStep.values()) {
        kill(slow, random.nextInt(LONGEST_MILLIS), random.nextBoolean());
      }
    }
    System.getLogger(KilledRunnerTest.class.getName())
        .log(System.Logger.Level.INFO, "answers after 300 kills: " + answers);
  }

  /**
   * @param fencing whether the test ends the orphan and looks; else only the resumed run does
   */
  private void kill(SlowStep slow, int afterMillis, boolean fencing) throws Exception {
    Path journals = Files.createTempDirectory(directory, "journals");
    try (TestDatabase database = engine.database();
        Connection witness = database.connect()) {
      SlowStep.prepare(witness);
      if (slow == SlowStep.INDEX) {
        Queries.run(witness, "INSERT INTO work SELECT 10 + i FROM generate_series(1, 5) i");
      }
      String session = killed(Victim.start(slow, database, journals), afterMillis);

      Target target = Targets.of(database);
      if (fencing) {
        fence(slow, session, target, witness);
      }
      RunRecord end = resumed(slow, target, journals);
      assertThat(end.state())
          .as("%s killed after %d ms", slow, afterMillis)
          .isEqualTo(RunState.SUCCEEDED);
      assertThat(slow.seen(witness)).isEqualTo(Kind.APPLIED);
      assertThat(lives(witness, session)).as("%s lives behind the run", session).isFalse();
    }
  }

  private void fence(SlowStep slow, String session, Target target, Connection witness)
      throws Exception {
    target.dialect().concurrency().fence(target, session);
    assertThat(lives(witness, session)).as("%s lives behind its fence", session).isFalse();
    Kind answer = slow.seen(witness);
    answers.computeIfAbsent(slow, key -> new EnumMap<>(Kind.class)).merge(answer, 1, Integer::sum);
    Thread.sleep(SETTLED_MILLIS);
    assertThat(slow.seen(witness)).as("%s, looked at again", slow).isEqualTo(answer);
  }

  private static String killed(Process victim, int afterMillis) throws Exception {
    try (BufferedReader said = victim.inputReader()) {
      String session = String.valueOf(said.readLine());
      Thread.sleep(afterMillis);
      return session;
    } finally {
      victim.destroyForcibly().waitFor();
    }
  }

  private static boolean lives(Connection witness, String session) throws Exception {
    SessionId id = SessionId.parse(session).orElseThrow();
    return Queries.isTrue(
        witness,
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ? AND "
            + SessionId.BEGAN
            + " = ?)",
        id.pid(),
        id.began());
  }

  private static RunRecord resumed(SlowStep slow, Target target, Path journals) throws Exception {
    Path file;
    try (Stream<Path> files = Files.list(journals)) {
      List<Path> all = files.filter(path -> path.toString().endsWith(".journal")).toList();
      assertThat(all).hasSize(1);
      file = all.get(0);
    }
    try (Run run = Runner.journalingTo(journals).resume(slow.runbook(), target, file)) {
      return run.toEnd();
    }
  }
}
