package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Detour;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.Line;
import dev.gatehouse.core.testkit.fault.Line.How;
import dev.gatehouse.core.testkit.fault.Line.Way;
import dev.gatehouse.core.testkit.fault.Signals;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server or a network that stands still keeps nobody waiting for ever. */
class FrozenServerTest {
  private static final int SOCKET_SECONDS = 2;

  @TempDir Path directory = Path.of("");

  private final Dialect dialect = Postgres.dialect();
  private final TestDatabase database =
      EngineUnderTest.onePostgres(FrozenServerTest.class).database();

  @AfterEach
  void drop() {
    database.close();
  }

  /** What a session in the middle of its effect does when it is frozen is known by nobody. */
  @Test
  @Timeout(60)
  void a_frozen_session_is_in_doubt_by_the_deadline_of_the_socket_and_then_resolved()
      throws Exception {
    try (Connection connection = database.connect()) {
      SlowStep.prepare(connection);
    }
    AtomicLong frozenAt = new AtomicLong();
    AtomicLong doubtAfter = new AtomicLong();
    AtomicLong pid = new AtomicLong();
    try (Detour detour = Targets.detour(database, SOCKET_SECONDS)) {
      Runner runner =
          Runner.journalingTo(directory.resolve("journals"))
              .withListener(
                  new RunListener() {
                    @Override
                    public void recorded(Entry entry, RunRecord run) {
                      boolean doubt =
                          run.step("slow")
                              .filter(step -> step.state() == StepState.IN_DOUBT)
                              .isPresent();
                      if (doubt && doubtAfter.get() == 0) {
                        doubtAfter.set(System.nanoTime() - frozenAt.get());
                        thaw(pid.get());
                      }
                    }
                  })
              .withPoints(
                  point -> {
                    if (point.equals("slow:latch.taken")) {
                      pid.set(effect());
                      freeze(pid.get());
                      frozenAt.set(System.nanoTime());
                    }
                  });
      RunRecord record = runner.run(Plan.of(SlowStep.ROWS.runbook(), detour.target()));
      assertThat(Duration.ofNanos(doubtAfter.get()))
          .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(SOCKET_SECONDS + 1L));
      assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    }
    try (Connection connection = database.connect()) {
      assertThat(Queries.pinned(connection, "SELECT count(*) FROM public.work")).isEqualTo("0");
    }
  }

  /** The session that holds the latch, seen by another. */
  private long effect() {
    try (Connection witness = database.connect()) {
      return Long.parseLong(
          Queries.pinned(witness, "SELECT pid FROM pg_locks WHERE " + Latch.holds(Latch.LATCH)));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void freeze(long pid) {
    try {
      Signals.freeze(pid);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void thaw(long pid) {
    try {
      Signals.thaw(pid);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Timeout(30)
  void an_abort_reaches_a_blocked_call_although_the_network_is_frozen() throws Exception {
    try (Detour detour = Targets.detour(database, 60)) {
      Target target = detour.target();
      detour.divert();
      Connection connection = dialect.openWriting(target);
      Runnable canceller = dialect.canceller(connection);
      Concurrency concurrency = dialect.concurrency();
      String session = concurrency.session(connection);
      List<SQLException> errors = new CopyOnWriteArrayList<>();
      Thread blocked =
          new Thread(
              () -> {
                try {
                  Queries.run(connection, "SELECT pg_catalog.pg_sleep(60)");
                } catch (SQLException e) {
                  errors.add(e);
                }
              });
      blocked.start();
      Thread.sleep(300);
      detour.proxy().set(Line.CLEAN.cut(Way.TO_SERVER, 0, How.SILENCE));
      long begun = System.nanoTime();
      canceller.run();
      blocked.join(5_000);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
      assertThat(errors).singleElement().matches(concurrency::inDoubt, "is in doubt");
      concurrency.fence(Targets.of(database), session);
    }
  }

  @Test
  @Timeout(30)
  void an_abort_of_a_session_that_answers_leaves_its_connection_open() throws Exception {
    try (Connection connection = dialect.openWriting(Targets.of(database))) {
      Runnable canceller = dialect.canceller(connection);
      for (int i = 0; i < 5; i++) {
        canceller.run();
        Thread.sleep(50);
      }
      Thread.sleep(2_000);
      assertThat(connection.isValid(1)).isTrue();
    }
  }
}
