package dev.gatehouse.examples.undo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random runbooks that fail at any point: the content is the model's, the undos are the fewest
 * there are, and a death at any point of the undoing changes nothing.
 */
class RandomUndoTest {
  @TempDir Path work = Path.of("");
  private int lives;
  private int deaths;

  private interface Worlds {
    UndoWorld in(Path work);
  }

  @Test
  void some_on_sqlite() throws Exception {
    live(UndoWorld::sqlite, 0, 5, 1);
  }

  @Test
  @Tag("nightly")
  void five_hundred_on_sqlite() throws Exception {
    live(UndoWorld::sqlite, 0, 500, 2);
  }

  @Test
  @Tag("nightly")
  void a_death_at_each_point_on_sqlite() throws Exception {
    live(UndoWorld::sqlite, 500, 530, Integer.MAX_VALUE);
  }

  @Test
  void one_on_postgres() throws Exception {
    livePostgres(0, 1, 1);
  }

  @Test
  @Tag("nightly")
  void five_hundred_on_postgres() throws Exception {
    int from = Integer.getInteger("undo.from", 0);
    livePostgres(from, from + Integer.getInteger("undo.rounds", 500), 1);
  }

  @Test
  @Tag("nightly")
  void a_death_at_each_point_on_postgres() throws Exception {
    livePostgres(500, 505, Integer.MAX_VALUE);
  }

  private void livePostgres(int from, int to, int deaths) throws Exception {
    EngineUnderTest engine = EngineUnderTest.onePostgres(RandomUndoTest.class);
    try (TestDatabase database = engine.database()) {
      live(directory -> UndoWorld.postgres(engine, database, directory), from, to, deaths);
    }
  }

  private void live(Worlds worlds, int from, int to, int most) throws Exception {
    List<String> wrong = new ArrayList<>();
    int covered = 0;
    for (int seed = from; seed < to; seed++) {
      RandomUndo runbook = RandomUndo.of(seed);
      UndoLife life = new UndoLife(worlds.in(directory()), runbook);
      UndoLife.End end = life.live(0);
      String what = "runbook " + seed + " " + runbook + ": ";
      life.wrong(end).forEach(one -> wrong.add(what + one));
      covered += (int) end.steps().stream().filter(step -> !step.endsWith(" ")).count();
      for (int death : deaths(life.points, most, seed)) {
        UndoLife.End again = new UndoLife(worlds.in(directory()), runbook).live(death);
        if (!again.equals(end)) {
          wrong.add(what + "death at point " + death + ": " + again + " instead of " + end);
        }
        deaths++;
      }
    }
    System.out.printf("%d runbooks, %d deaths, %d steps covered%n", to - from, deaths, covered);
    assertThat(wrong).isEmpty();
    assertThat(covered).isGreaterThan((to - from) / 5);
  }

  /** All of them, or some. */
  private static List<Integer> deaths(int points, int most, long seed) {
    List<Integer> deaths = new ArrayList<>();
    Random random = new Random(seed);
    for (int at = 1; at <= Math.min(points, most); at++) {
      deaths.add(points <= most ? at : 1 + random.nextInt(points));
    }
    return deaths;
  }

  private Path directory() throws Exception {
    return Files.createDirectory(work.resolve("life" + lives++));
  }
}
