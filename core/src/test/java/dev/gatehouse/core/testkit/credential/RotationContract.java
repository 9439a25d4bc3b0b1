package dev.gatehouse.core.testkit.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.Signals;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
 * What each way to rotate a password shows: whole, taken back, killed anywhere and gone on with by
 * another process.
 *
 * <p>Sizes of the night: {@code -Drotation.rounds=10 -Drotation.from=0 -Drotation.seed=1}.
 */
public abstract class RotationContract {
  private static final String INSIDE = ":part_intent.durable";
  private static final String BEHIND = ":part.applied";
  private static final int LONGEST_MILLIS = 12;

  @TempDir protected Path work = Path.of("");

  private final List<TestDatabase> databases = new ArrayList<>();

  protected abstract EngineUnderTest engine();

  protected abstract RotationSubject subject();

  /** A check that fails on every server. */
  protected abstract Check nobody();

  /** A rotation of that account into the scene's sink. */
  protected abstract Runbook of(String account, Path sink);

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

  protected final RunRecord succeeded(Runbook book) {
    RunRecord record = scene().run(book);
    assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    return record;
  }

  protected final void refused(Runbook book, String code) {
    assertThatThrownBy(() -> Plan.of(book, scene().target()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(code);
  }

  @Test
  void the_new_one_logs_in_and_the_old_one_does_not() throws Exception {
    RotationScene scene = scene();
    String old = scene.current();
    succeeded(scene.book());
    String fresh = scene.current();
    assertThat(fresh).hasSize(40).isNotEqualTo(old);
    assertThat(scene.logsIn(fresh)).isTrue();
    assertThat(scene.logsIn(old)).isFalse();
    assertThat(Files.getPosixFilePermissions(scene.sink()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(scene.meanwhile()).doesNotExist();
    assertThat(scene.sink().resolveSibling("sink.new")).doesNotExist();
  }

  @Test
  void clients_that_do_not_confirm_have_it_taken_back() throws Exception {
    RotationScene scene = scene();
    String before = Files.readString(scene.sink());
    RunRecord record =
        scene.run(subject().book(scene.accounts(), scene.sink(), Optional.of(nobody())));
    assertThat(record.state()).as(RunText.failure(record)).isNotEqualTo(RunState.SUCCEEDED);
    assertThat(Files.readString(scene.sink())).isEqualTo(before);
    assertThat(scene.logsIn(scene.current())).isTrue();
    scene.requireSound("taken back");
    assertThat(scene.meanwhile()).doesNotExist();
  }

  @Test
  void a_file_that_is_not_private_and_a_password_that_is_not_in_use_are_refused() throws Exception {
    RotationScene scene = scene();
    String before = Files.readString(scene.sink());
    refused(of("nobody_at_all", scene.sink()), "password.no-account");
    Files.writeString(scene.sink(), before.replace(scene.current(), "another-password"));
    refused(scene.book(), "rotation.login");
    Path link = Files.createSymbolicLink(work.resolve("link"), scene.sink());
    refused(subject().book(scene.accounts(), link, Optional.empty()), "rotation.file");
    Files.setPosixFilePermissions(scene.sink(), PosixFilePermissions.fromString("rw-r-----"));
    refused(scene.book(), "rotation.file");
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
  void a_runner_that_dies_at_a_point_is_gone_on_for() throws Exception {
    dying(Integer.getInteger("rotation.every", 23));
  }

  @Tag("nightly")
  @Test
  @Timeout(1_800)
  void a_runner_that_dies_at_any_point_is_gone_on_for() throws Exception {
    dying(1);
  }

  /** Killed there, and again while it is gone on with. */
  private int kill(String point, int nth, Random random) throws Exception {
    RotationScene scene = another();
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

  private int parts() throws Exception {
    return (int) points().stream().filter(point -> point.endsWith(BEHIND)).count();
  }

  /** Two of the points by seed, so that all come up in time. */
  @Test
  @Timeout(120)
  void killed_and_killed_again_it_is_gone_on_with_by_another_process() throws Exception {
    assertThat(kill(BEHIND, 2, new Random(1))).isPositive();
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
        kills += kill(INSIDE, part, random);
        kills += kill(BEHIND, part, random);
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
