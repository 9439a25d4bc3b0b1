package dev.gatehouse.core.testkit.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.Signals;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rotation whose runner dies or is killed, and whoever goes on in its place.
 *
 * <p>Sizes of the night: {@code -Drotation.rounds=10 -Drotation.from=0 -Drotation.seed=1}.
 */
public abstract class RotationKills {
  private static final String INSIDE = ":part_intent.durable";
  private static final String BEHIND = ":part.applied";
  private static final int LONGEST_MILLIS = 12;

  @TempDir protected Path work = Path.of("");

  private final List<TestDatabase> databases = new ArrayList<>();

  protected abstract EngineUnderTest engine();

  protected abstract RotationSubject subject();

  private Optional<RotationScene> ready = Optional.empty();

  @BeforeEach
  final void an_account() throws Exception {
    databases.add(engine().database());
    ready = Optional.of(another());
  }

  /** One more on the same server. */
  protected final RotationScene another() throws Exception {
    return new RotationScene(subject(), databases.get(0), work);
  }

  @AfterEach
  final void drop() {
    databases.forEach(TestDatabase::close);
  }

  protected final RotationScene scene() {
    return ready.orElseThrow();
  }

  protected final TestDatabase database() {
    return scene().database();
  }

  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  /** The points of a rotation that nobody disturbs. */
  private List<String> points() throws Exception {
    List<String> points = new ArrayList<>();
    RotationScene scene = another();
    scene.runner().withPoints(points::add).run(Plan.of(scene.book(), scene.target()));
    return points;
  }

  /** By an error inside this process: cheap, so that every point can be had. */
  private void dying(int every) throws Exception {
    List<String> points = points();
    for (int point = points.size() / 7 % every; point < points.size() - 1; point += every) {
      // Those of the run itself lie before there is one, and after its end.
      if (points.get(point).startsWith("rotate password")) {
        dieAt(point, point + " " + points.get(point));
      }
    }
  }

  private void dieAt(int point, String name) throws Exception {
    RotationScene scene = another();
    int[] left = {point};
    try (Run dying =
        scene
            .runner()
            .withPoints(
                reached -> {
                  if (--left[0] < 0) {
                    throw new Death();
                  }
                })
            .start(Plan.of(scene.book(), scene.target()))) {
      assertThatThrownBy(dying::toEnd).as(name).isInstanceOf(Death.class);
    }
    scene.requireSound(name);
    scene.finish(name, point % 2 == 1);
  }

  @Test
  @Timeout(120)
  protected void a_runner_that_dies_at_a_point_is_gone_on_for() throws Exception {
    dying(Integer.getInteger("rotation.every", 23));
  }

  @Tag("nightly")
  @Test
  @Timeout(1_800)
  void a_runner_that_dies_at_any_point_is_gone_on_for() throws Exception {
    dying(1);
  }

  /** Killed there, and again while it is gone on with. */
  private int kill(RotationScene scene, String point, int nth, Random random) throws Exception {
    String name = "%d. %s of %s".formatted(nth, point, scene.account());
    int kills = killed(scene, point, nth, name, random);
    if (kills > 0) {
      boolean inside = random.nextBoolean();
      // What is left for the second to do is less.
      kills +=
          killed(scene, inside ? INSIDE : BEHIND, 1 + random.nextInt(3), name + ", again", random);
    }
    scene.finish(name, random.nextInt(4) == 0);
    return kills;
  }

  private int killed(RotationScene scene, String point, int nth, String name, Random random)
      throws Exception {
    boolean stays = point.equals(BEHIND);
    StringBuilder all = new StringBuilder();
    Process victim = RotationVictim.start(scene, point, nth, stays);
    try (BufferedReader said = victim.inputReader()) {
      if (!RotationVictim.arrived(said, all)) {
        // On a busy machine it may have found no server: what it leaves must be sound as well.
        scene.requireSound(name + ", ended by itself: " + all);
        return 0;
      }
      if (stays) {
        scene.requireSound(name + ", alive");
      } else {
        Thread.sleep(random.nextInt(LONGEST_MILLIS));
      }
    } finally {
      Signals.kill(victim.toHandle());
      victim.waitFor();
    }
    scene.requireSound(name);
    return 1;
  }

  /** A run that logs in as the account that it rotates. */
  protected final RotationScene scene(RotationSubject own) throws Exception {
    return new RotationScene(own, databases.get(0), work);
  }

  /** Killed where the server has been told and the sink has not. */
  protected final void killedBehindTheServer(RotationSubject own) throws Exception {
    assertThat(kill(scene(own), BEHIND, 2, new Random(2))).isPositive();
  }

  /** Of the night: as somebody else, or with {@code -Drotation.own=true} as the account itself. */
  private RotationScene night() throws Exception {
    return Boolean.getBoolean("rotation.own") ? scene(own()) : another();
  }

  /** A run as the account itself, where that can be rotated. */
  protected RotationSubject own() {
    return subject();
  }

  private int parts() throws Exception {
    return (int) points().stream().filter(point -> point.endsWith(BEHIND)).count();
  }

  /** Two of the points by seed, so that all come up in time. */
  @Test
  @Timeout(120)
  protected void killed_and_killed_again_it_is_gone_on_with_by_another_process() throws Exception {
    assertThat(kill(another(), BEHIND, 2, new Random(1))).isPositive();
  }

  @Tag("nightly")
  @Test
  @Timeout(7_200)
  void killed_in_and_behind_each_part_in_each_round() throws Exception {
    int rounds = Integer.getInteger("rotation.rounds", 10);
    int from = Integer.getInteger("rotation.from", 0);
    int parts = parts();
    int kills = 0;
    int points = 0;
    for (int round = from; round < from + rounds; round++) {
      Random random = new Random(Integer.getInteger("rotation.seed", 1) * 1_000L + round);
      for (int part = 1; part <= parts; part++) {
        kills += kill(night(), INSIDE, part, random);
        kills += kill(night(), BEHIND, part, random);
        points += 2;
      }
      System.getLogger(RotationContract.class.getName())
          .log(
              System.Logger.Level.INFO,
              "%s: round %d, %d points and %d kills so far"
                  .formatted(subject().getClass().getSimpleName(), round, points, kills));
    }
    assertThat(kills).isGreaterThan(points);
  }
}
