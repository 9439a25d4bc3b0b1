package dev.gatehouse.mysql.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Detour;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.Steps;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.Line;
import dev.gatehouse.core.testkit.fault.Line.How;
import dev.gatehouse.core.testkit.fault.Line.Way;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One transactional step, whose connection is cut anywhere: all of it or nothing, and no lie. */
class CutConnectionTest {
  private static final int SOCKET_SECONDS = 3;

  /** Silence ends by the driver's own patience; planning has to be done within it, too. */
  private static final int SILENCE_SECONDS = 1;

  private static final Duration NO_HANG = Duration.ofSeconds(20);

  private static final Step STEP =
      Steps.transactional(
              "insert",
              working -> {
                Sql.run(
                    working.connection(),
                    "INSERT INTO moved SELECT COALESCE(MAX(id), 0) + 1 FROM moved");
                Sql.run(working.connection(), "UPDATE total SET n = n + 1");
              })
          .cannotBeUndone("a test's own database");

  private static final Runbook RUNBOOK =
      new Runbook("cut", List.of(new Gate("cut", List.of(STEP))), List.of());

  @TempDir Path directory = Path.of("");

  private final Map<RunState, Integer> ends = new EnumMap<>(RunState.class);

  /** Each product by its own driver. */
  static List<Served> own() {
    return everybody().stream()
        .filter(served -> served.engine().product().key().equals(served.driver()))
        .toList();
  }

  static List<Served> everybody() {
    List<Served> all = new ArrayList<>(Served.all());
    all.addAll(Served.by("mariadb"));
    return all;
  }

  @ParameterizedTest
  @MethodSource("own")
  @Timeout(120)
  void a_connection_that_is_cut_leaves_all_or_nothing(Served served) throws Exception {
    try (TestDatabase database = prepared(served)) {
      for (Way way : Way.values()) {
        long bytes = run(served, database, way, Long.MAX_VALUE, How.RESET);
        run(served, database, way, bytes / 3, How.RESET);
        run(served, database, way, bytes - 1, How.RESET);
        run(served, database, way, bytes * 3 / 4, How.END);
      }
      run(served, database, Way.TO_CLIENT, 200, How.SILENCE);
    }
    assertThat(ends).containsOnlyKeys(RunState.SUCCEEDED, RunState.FAILED_CLEAN);
  }

  /**
   * {@code -Dcut.step=7} cuts at every seventh byte only, {@code -Dcut.first=3} from the fourth.
   */
  @ParameterizedTest
  @MethodSource("everybody")
  @Tag("nightly")
  @Timeout(7_200)
  void a_connection_that_is_cut_at_any_byte_leaves_all_or_nothing(Served served) throws Exception {
    List<String> lengths = new ArrayList<>();
    try (TestDatabase database = prepared(served)) {
      for (Way way : Way.values()) {
        long bytes = run(served, database, way, Long.MAX_VALUE, How.RESET);
        lengths.add(way + " " + bytes);
        int step = Integer.getInteger("cut.step", 1);
        for (long at = Integer.getInteger("cut.first", 0); at <= bytes; at += step) {
          run(served, database, way, at, How.RESET);
        }
      }
    }
    System.out.println(served + ": cut at bytes of " + lengths + ": " + ends);
    assertThat(ends).containsOnlyKeys(RunState.SUCCEEDED, RunState.FAILED_CLEAN);
  }

  private static TestDatabase prepared(Served served) throws SQLException {
    TestDatabase database = served.engine().database();
    database.run("CREATE TABLE moved (id INT PRIMARY KEY)");
    database.run("CREATE TABLE total (n INT)");
    database.run("INSERT INTO total VALUES (0)");
    return database;
  }

  /** Bytes that way from the opened session to its end. */
  private long run(Served served, TestDatabase database, Way way, long at, How how)
      throws Exception {
    long before = rows(database);
    int patience = how == How.SILENCE ? SILENCE_SECONDS : SOCKET_SECONDS;
    try (Detour detour = Targets.detour(database, served.driver(), patience)) {
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
      String where =
          "%s at byte %d %s, %s\n%s".formatted(how, at, way, record.state(), RunText.recap(record));
      assertThat(took).as(where).isLessThan(NO_HANG);
      assertThat(rows(database) - before)
          .as(where)
          .isEqualTo(record.state() == RunState.SUCCEEDED ? 1 : 0);
      assertThat(record.state()).as(where).isIn(RunState.SUCCEEDED, RunState.FAILED_CLEAN);
      ends.merge(record.state(), 1, Integer::sum);
      return detour.proxy().delivered(way) - opened[0];
    }
  }

  private static long rows(TestDatabase database) throws SQLException {
    try (Connection connection = database.connect()) {
      String[] found =
          Sql.one(connection, "SELECT COUNT(*), (SELECT n FROM total) FROM moved").split("\\|");
      assertThat(found[0]).as("rows and their total").isEqualTo(found[1]);
      return Long.parseLong(found[0]);
    }
  }
}
