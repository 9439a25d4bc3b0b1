package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Detour;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.Line;
import dev.gatehouse.core.testkit.fault.Line.How;
import dev.gatehouse.core.testkit.fault.Line.Way;
import dev.gatehouse.postgres.Targets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One transactional step, whose connection is cut anywhere: all of it or nothing, and no lie. */
class CutConnectionTest {
  private static final int SOCKET_SECONDS = 2;
  private static final Duration NO_HANG = Duration.ofSeconds(2 * SOCKET_SECONDS + 4L);

  @TempDir Path directory = Path.of("");

  private final TestDatabase database =
      EngineUnderTest.onePostgres(CutConnectionTest.class).database();
  private final Map<RunState, Integer> ends = new EnumMap<>(RunState.class);

  private record Insert() implements Effect.InTransaction {
    @Override
    public List<String> preview() {
      return List.of("insert");
    }

    @Override
    public Evidence apply(EffectContext working) throws SQLException {
      Queries.run(
          working.connection(), "INSERT INTO moved SELECT coalesce(max(id), 0) + 1 FROM moved");
      Queries.run(working.connection(), "UPDATE total SET rows = rows + 1");
      return working.evidence();
    }
  }

  private static final Runbook RUNBOOK =
      new Runbook(
          "cut",
          List.of(
              new Gate(
                  "cut",
                  List.of(
                      ChangeWithoutUndo.of("insert", reading -> new Insert())
                          .cannotBeUndone("a test's own database")))),
          List.of());

  @BeforeEach
  void tables() throws SQLException {
    try (Connection connection = database.connect()) {
      Queries.run(connection, "CREATE TABLE moved (id int PRIMARY KEY)");
      Queries.run(connection, "CREATE TABLE total AS SELECT 0 AS rows");
    }
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  @Timeout(120)
  void a_connection_that_is_cut_leaves_all_or_nothing() throws Exception {
    for (Way way : Way.values()) {
      long bytes = length(way);
      for (int part = 1; part < 5; part += 2) {
        cut(way, bytes * part / 5 + part, How.RESET);
      }
      cut(way, bytes - 1, How.RESET);
      cut(way, bytes * 3 / 4, How.END);
      cut(way, bytes - 2, How.SILENCE);
    }
    assertThat(ends).containsOnlyKeys(RunState.SUCCEEDED, RunState.FAILED_CLEAN);
  }

  @Test
  @Tag("nightly")
  @Timeout(7_200)
  void a_connection_that_is_cut_at_any_byte_leaves_all_or_nothing() throws Exception {
    List<String> lengths = new ArrayList<>();
    for (Way way : Way.values()) {
      long bytes = length(way);
      lengths.add(way + " " + bytes);
      for (long at = 0; at <= bytes; at++) {
        cut(way, at, How.RESET);
      }
    }
    System.getLogger(CutConnectionTest.class.getName())
        .log(System.Logger.Level.INFO, "cut at each byte of " + lengths + ": " + ends);
    assertThat(ends).containsOnlyKeys(RunState.SUCCEEDED, RunState.FAILED_CLEAN);
  }

  /** Bytes that way from the opened session to its end, when nothing is cut. */
  private long length(Way way) throws Exception {
    return run(way, Long.MAX_VALUE, How.RESET);
  }

  private void cut(Way way, long at, How how) throws Exception {
    run(way, at, how);
  }

  private long run(Way way, long at, How how) throws Exception {
    long before = rows();
    try (Detour detour = Targets.detour(database, SOCKET_SECONDS)) {
      long[] opened = {0};
      Runner runner =
          Runner.journalingTo(directory.resolve("journals"))
              .withPoints(
                  point -> {
                    if (point.equals("insert:space.reserved")) {
                      detour.divert();
                    }
                    if (point.equals("insert:session.opened")) {
                      opened[0] = detour.proxy().delivered(way);
                      if (at != Long.MAX_VALUE) {
                        detour.proxy().set(Line.CLEAN.cut(way, opened[0] + at, how));
                      }
                    }
                  });
      Plan plan = Plan.of(RUNBOOK, detour.target());
      long begun = System.nanoTime();
      RunRecord record = runner.run(plan);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      String where = "%s at byte %d %s, %s".formatted(how, at, way, record.state());
      assertThat(took).as(where).isLessThan(NO_HANG);
      assertThat(rows() - before).as(where).isEqualTo(record.state() == RunState.SUCCEEDED ? 1 : 0);
      ends.merge(record.state(), 1, Integer::sum);
      return detour.proxy().delivered(way) - opened[0];
    }
  }

  private long rows() throws SQLException {
    try (Connection connection = database.connect()) {
      Row found =
          Queries.one(
              connection,
              "SELECT count(*), (SELECT rows FROM public.total) AS total FROM public.moved");
      assertThat(found.text("count")).as("rows and their total").isEqualTo(found.text("total"));
      return found.number("count");
    }
  }
}
