package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.ChangeLog;
import dev.gatehouse.core.dialect.ChangeLog.Replay;
import dev.gatehouse.core.dialect.ChangeLog.Stop;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.dialect.RestoreMethod.Swap;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Wherever a replay stops, the target holds what the ledger has up to there. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class BackToAMomentTest {
  private static final String KEY = "run/restore";

  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private Backups backups = new Backups(served, directory);
  private TestDatabase other = backups.database;
  private ShadowLedger ledger = new ShadowLedger(backups, other, false, seed);

  @SuppressWarnings("NullAway.Init") // set before each test
  private Artifact artifact;

  private Path logs = directory;
  private int before;

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_ledger() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
    other = served.engine().database();
    ledger = new ShadowLedger(backups, other, TypeZoo.isMariaDb(served), random.nextLong());
    ledger.tables();
    ledger.write(30);
    before = ledger.entries().size();
    artifact = backups.backUp();
    for (int i = 0; i < 3; i++) {
      ledger.write(60);
      backups.database.run("FLUSH BINARY LOGS");
    }
    assertThat(ledger.live()).isEqualTo(ledger.after(ledger.entries().size()));
    logs = ShadowLedger.copyLogs(backups.database, directory.resolve("logs"));
  }

  @AfterEach
  void drop() {
    other.close();
    backups.close();
  }

  @Test
  @Alternating.OnEach
  void the_target_is_as_the_ledger_has_it() throws Exception {
    atMoment();
    atPlace();
  }

  @Test
  @Tag("nightly")
  void the_target_is_as_the_ledger_has_it_at_forty_places() throws Exception {
    for (int i = 0; i < 20; i++) {
      atMoment();
      atPlace();
    }
  }

  private void atMoment() throws Exception {
    var quiet = ledger.quiet().get(1 + random.nextInt(ledger.quiet().size() - 2));
    requireLedger(resolve(new Stop.Moment(quiet.at())), quiet.before());
  }

  private void atPlace() throws Exception {
    int count = before + random.nextInt(ledger.entries().size() - before + 1);
    requireLedger(resolve(new Stop.At(ledger.entries().get(count - 1).end())), count);
  }

  private Replay resolve(Stop stop) throws Exception {
    return backups.method.changes().orElseThrow().resolve(artifact, logs, stop, false);
  }

  private void requireLedger(Replay replay, int count) throws Exception {
    restore(replay, Progress.SILENT);
    requireRestored(replay, count);
  }

  private void requireRestored(Replay replay, int count) throws Exception {
    assertThat(ledger.live()).as("seed " + seed + ", " + replay).isEqualTo(ledger.after(count));
    ExchangePlaces places = ExchangePlaces.of(backups.database.name(), KEY);
    assertThat(backups.replaced(places)).containsExactly(places.old());
    backups.execute("DROP DATABASE " + places.old());
  }

  private Swap swap(Replay replay) {
    ChangeLog log = backups.method.changes().orElseThrow();
    return log.restoring(replay);
  }

  private void restore(Replay replay, Progress progress) throws Exception {
    swap(replay).restore(artifact, backups.unpacked(artifact), backups.target, KEY, progress);
  }

  @Test
  void wherever_a_replay_is_killed_it_is_done_once() throws Exception {
    kills(2);
  }

  @Test
  @Tag("nightly")
  void wherever_a_replay_is_killed_it_is_done_once_fifty_times() throws Exception {
    kills(50);
  }

  /** Every second time the process is dead, else the server ends its session. */
  private void kills(int kills) throws Exception {
    Map<String, String> now = ledger.live();
    int count = before + 60;
    Replay replay = resolve(new Stop.At(ledger.entries().get(count - 1).end()));
    Ending whole = new Ending(Integer.MAX_VALUE, false);
    restore(replay, whole);
    requireRestored(replay, count);
    assertThat(whole.reached).isGreaterThan(60);
    for (int i = 0; i < kills; i++) {
      boolean dying = i % 2 == 0;
      int at = 1 + random.nextInt(whole.reached);
      Map<String, String> unlike = ledger.live();
      assertThatThrownBy(() -> restore(replay, new Ending(at, dying)))
          .as("seed " + seed + ", " + at)
          .isNotNull();
      State state = swap(replay).state(backups.target, KEY);
      if (dying) {
        assertThat(state).as("" + at).isEqualTo(State.REPEATABLE);
      } else {
        assertThat(ledger.live()).isEqualTo(unlike);
      }
      restore(replay, Progress.SILENT);
      requireRestored(replay, count);
    }
    assertThat(now).isNotEqualTo(ledger.live());
  }

  /** Ends the process, or its session in the database beside, at a point of the replay. */
  private final class Ending implements Progress {
    private final int at;
    private final boolean dying;
    private int reached;
    private boolean dead;

    Ending(int at, boolean dying) {
      this.at = at;
      this.dying = dying;
    }

    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void reached(String point) {
      if (!point.startsWith("replay.")) {
        return;
      }
      reached++;
      if (reached != at) {
        return;
      }
      if (dying) {
        dead = true;
        throw new AssertionError("dead at " + point);
      }
      try (Connection admin = backups.database.connect()) {
        String side = ExchangePlaces.of(backups.database.name(), KEY).side();
        for (String id :
            Sql.rows(
                admin, "SELECT id FROM information_schema.processlist WHERE db = '" + side + "'")) {
          Sql.run(admin, "KILL " + id);
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void continuing() {}

    @Override
    public void interruptibleBy(Runnable interrupt) {
      if (dead) {
        throw new AssertionError("dead");
      }
    }
  }
}
