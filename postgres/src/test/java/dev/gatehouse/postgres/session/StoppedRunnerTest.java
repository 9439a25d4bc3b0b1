package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Verification;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.Signals;
import dev.gatehouse.postgres.Targets;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is stopped (SIGSTOP) keeps its sessions and its locks, and may come back at any
 * time: it is replaced, and when it comes back it changes nothing.
 */
class StoppedRunnerTest {
  private static final String OUTSIDE = "outside";
  private static final Duration LIMIT = Duration.ofSeconds(3);

  @TempDir Path directory = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(StoppedRunnerTest.class);
  private final Random random = new Random(20_261_129);
  private final Queue<Duration> took = new ConcurrentLinkedQueue<>();

  /** In a wait, in mid effect, outside of the target: beside each other, because all wait. */
  @Test
  @Timeout(120)
  void a_stopped_runner_is_replaced_and_changes_nothing_when_it_comes_back() throws Exception {
    ExecutorService beside = Executors.newCachedThreadPool();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (Stoppage stoppage : Stoppage.values()) {
        all.add(beside.submit(() -> replace(stoppage)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      beside.shutdownNow();
    }
  }

  @Test
  @Tag("nightly")
  @Timeout(3_600)
  void fifty_stopped_runners() throws Exception {
    List<Stoppage> each = List.of(Stoppage.values());
    for (int i = 0; i < 50; i++) {
      replace(each.get(i % each.size()));
    }
    System.getLogger(StoppedRunnerTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "50 of 50 replaced, limit "
                + LIMIT
                + ", slowest after "
                + took.stream().max(Duration::compareTo));
  }

  private Void replace(Stoppage stoppage) throws Exception {
    Path journals = Files.createTempDirectory(directory, "journals");
    try (TestDatabase database = engine.database();
        Connection witness = database.connect()) {
      Stoppage.prepare(witness, journals.resolve(OUTSIDE));
      Process victim = Victim.start(stoppage, database, journals);
      try (BufferedReader said = victim.inputReader()) {
        assertThat(said.readLine()).isEqualTo("begun");
        Thread.sleep(random.nextInt(2_500));
        Signals.freeze(victim.pid());
        Stoppage.hurry(witness);

        RunRecord end = replaced(stoppage, Targets.of(database), journals);
        assertThat(end.state()).as("%s", stoppage).isEqualTo(RunState.SUCCEEDED);
        String world = world(witness, stoppage, journals);
        String journal = Files.readString(journal(journals));

        Signals.thaw(victim.pid());
        assertThat(said.readLine()).as("%s, when it came back", stoppage).startsWith("refused ");
        assertThat(victim.waitFor()).isEqualTo(3);
        assertThat(world(witness, stoppage, journals)).isEqualTo(world);
        assertThat(Files.readString(journal(journals))).isEqualTo(journal);
      } finally {
        Signals.kill(victim.toHandle());
      }
    }
    return null;
  }

  private RunRecord replaced(Stoppage stoppage, Target target, Path journals) throws Exception {
    long stopped = System.nanoTime();
    AtomicLong taken = new AtomicLong();
    Runner runner =
        Runner.journalingTo(journals)
            .withPoints(
                point -> {
                  if (point.equals("run:lease.taken")) {
                    taken.set(System.nanoTime() - stopped);
                  }
                })
            .takingOverAfter(LIMIT);
    try (Run run = runner.resume(stoppage.runbook(), target, journal(journals))) {
      Duration after = Duration.ofNanos(taken.get());
      took.add(after);
      assertThat(after).as("%s", stoppage).isBetween(LIMIT, LIMIT.plusSeconds(5));
      return run.toEnd();
    }
  }

  private static Path journal(Path journals) throws Exception {
    try (Stream<Path> files = Files.list(journals)) {
      List<Path> all = files.filter(path -> path.toString().endsWith(".journal")).toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  /** Where the work of this one is, once; and who holds what. */
  private static String world(Connection witness, Stoppage stoppage, Path journals)
      throws Exception {
    Path outside = journals.resolve(OUTSIDE);
    boolean inside = stoppage != Stoppage.OUTSIDE;
    String work = Queries.pinned(witness, "SELECT count(*) FROM public.work");
    assertThat(work).as("%s", stoppage).isEqualTo(inside ? "1" : "0");
    assertThat(Files.exists(outside)).as("%s", stoppage).isEqualTo(!inside);
    Verification verified =
        JournalVerifier.verify(journal(journals), JournalVerifier.Options.none());
    assertThat(verified.verdict()).isEqualTo(Verification.Verdict.UNANCHORED);
    return Queries.pinned(witness, "SELECT epoch || holder FROM gatehouse.lease")
        + Queries.pinned(witness, "SELECT count(*) FROM gatehouse.marker")
        + (inside ? "" : Files.getLastModifiedTime(outside));
  }
}
