package dev.gatehouse.dsl.ramp;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.value;
import static dev.gatehouse.dsl.GatehouseOperations.measure;
import static dev.gatehouse.dsl.GatehouseOperations.ramp;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.core.testkit.SettableClock;
import dev.gatehouse.dsl.Desk;
import dev.gatehouse.dsl.Gatehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RampTest {
  private static final String READ = "select pct from flags where name = 'ingest'";
  private static final Flag IN_TARGET =
      Flag.inTarget("ingest", READ, "update flags set pct = ? where name = 'ingest' and pct = ?");
  private static final Gate FAILS = gate("Fails", noRows("select 1"));

  private final SettableClock clock = SettableClock.at("2026-11-21T10:00:00Z");
  private Path directory;
  private Path file;
  private Target target;

  @BeforeEach
  void a_shop(@TempDir Path temporary) throws Exception {
    directory = temporary;
    file = directory.resolve("shop.db");
    target =
        Desk.shop(
            file,
            "create table flags(name text, pct integer)",
            "insert into flags values ('ingest', 0)",
            "create table errors(what text)",
            "create table latency(ms integer)",
            "insert into latency values (100)");
  }

  private int flag() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(READ)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private void sql(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Ramp ingest(Flag flag) {
    return ramp(flag)
        .from(0)
        .to(10)
        .soaking(ofMinutes(30))
        .to(50)
        .soaking(ofHours(1))
        .to(100)
        .watching(noRows("select 1 from errors"));
  }

  private static Runbook book(Flag flag, Gate... then) {
    return runbook("Promotion", gate("Begin", noRows("select 1 from errors where 1 = 0")))
        .then(ingest(flag).gates())
        .then(then);
  }

  private Run start(Runbook book) {
    return Runner.journalingTo(directory.resolve("journals"))
        .withClock(clock)
        .start(Plan.of(book, target, clock));
  }

  /** Asks it every ten seconds until it no longer waits for time, or that long. */
  private Tick drive(Run run, Duration most) {
    Tick tick = run.advance();
    for (long left = most.toSeconds(); left > 0 && tick instanceof Tick.WakeAt; left -= 10) {
      clock.advance(ofSeconds(10));
      tick = run.advance();
    }
    return tick;
  }

  @Test
  void it_opens_level_by_level_and_each_soaks() throws Exception {
    try (Run run = start(book(IN_TARGET))) {
      drive(run, ofMinutes(29));
      assertThat(flag()).isEqualTo(10);
      drive(run, ofMinutes(2));
      assertThat(flag()).isEqualTo(50);
      drive(run, ofMinutes(62));
      assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(flag()).isEqualTo(100);
      assertThat(run.record().step("ingest at 50 %, quiet for 1h").orElseThrow().evidence())
          .hasValueSatisfying(
              told -> {
                assertThat(told.fact("watched milliseconds")).contains("3600000");
                assertThat(told.fact("good samples").map(Integer::valueOf).orElse(0))
                    .isGreaterThanOrEqualTo(361);
              });
    }
  }

  @Test
  void from_every_level_one_undo_leads_back() throws Exception {
    try (Run run = start(book(IN_TARGET, FAILS))) {
      drive(run, ofHours(3));
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
    assertThat(flag()).isZero();
  }

  @Test
  void what_fails_in_a_soak_takes_it_back() throws Exception {
    try (Run run = start(book(IN_TARGET))) {
      drive(run, ofMinutes(40));
      assertThat(flag()).isEqualTo(50);
      sql("insert into errors values ('x')");
      drive(run, ofMinutes(1));
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
    assertThat(flag()).isZero();
  }

  @Test
  void what_somebody_else_set_stays_and_holds_the_run() throws Exception {
    try (Run run = start(book(IN_TARGET))) {
      drive(run, ofMinutes(5));
      sql("update flags set pct = 3");

      Tick tick = drive(run, ofMinutes(1));

      assertThat(tick).isInstanceOf(Tick.NeedsInput.class);
      assertThat(run.record().step("ingest at 10 %, quiet for 30m").orElseThrow().state())
          .isEqualTo(StepState.INCONCLUSIVE);
      run.abort("ada", "somebody is at it");
      run.toEnd();
      assertThat(run.record().state()).isEqualTo(RunState.NOT_UNDONE);
    }
    assertThat(flag()).isEqualTo(3);
  }

  @Test
  void behind_a_hold_the_soak_begins_anew() throws Exception {
    try (Run run = start(book(IN_TARGET))) {
      drive(run, ofMinutes(25));
      sql("update flags set pct = 3");
      assertThat(drive(run, ofMinutes(1))).isInstanceOf(Tick.NeedsInput.class);
      sql("update flags set pct = 10");
      drive(run, ofMinutes(29));
      assertThat(flag()).as("nobody knows what was while it was at 3").isEqualTo(10);
      drive(run, ofMinutes(2));
      assertThat(flag()).isEqualTo(50);
    }
  }

  /** As by a session that has read before somebody else's commit. */
  @Test
  void what_was_set_since_it_was_read_stays() throws Exception {
    sql("update flags set pct = 20");
    Flag stale =
        Flag.inTarget(
            "ingest", "select 0", "update flags set pct = ? where name = 'ingest' and pct = ?");
    try (Run run = start(book(stale))) {
      drive(run, ofMinutes(1));
      assertThat(run.record().step("ingest at 10 %").orElseThrow().findings().get(0).code())
          .isEqualTo("flag.moved");
    }
    assertThat(flag()).isEqualTo(20);
  }

  /** SQLite would read a text, and a text as 0. */
  @Test
  void a_flag_is_not_read_from_a_slip_in_double_quotes() {
    Flag slip =
        Flag.inTarget(
            "ingest",
            "select \"pctt\" from flags where name = 'ingest'",
            "update flags set pct = ? where name = 'ingest' and pct = ?");
    assertThatThrownBy(() -> start(book(slip)).close())
        .hasMessageContaining("no such column: pctt");
  }

  @Test
  void pulled_back_to_where_it_began_there_is_nothing_to_undo() throws Exception {
    try (Run run = start(book(IN_TARGET))) {
      drive(run, ofMinutes(5));
      sql("update flags set pct = 0");
      drive(run, ofMinutes(1));
      run.abort("ada", "kill switch");
      run.toEnd();
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
  }

  @Test
  void a_level_is_set_only_where_it_was_left() throws Exception {
    sql("update flags set pct = 20");
    try (Run run = start(book(IN_TARGET))) {
      drive(run, ofMinutes(1));
      assertThat(run.record().state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(run.record().step("ingest at 10 %").orElseThrow().findings().get(0).text())
          .isEqualTo(
              """
              flag 'ingest' was set by somebody else
                expected  0
                found     20
                fix       ask who set it and why; it stays as it is
                code      flag.moved""");
    }
    assertThat(flag()).isEqualTo(20);
  }

  @Test
  void an_update_that_does_not_set_this_flag_alone_sets_none() throws Exception {
    sql("insert into flags values ('other', 0)");
    Flag both = Flag.inTarget("ingest", READ, "update flags set pct = ? where pct = ?");
    try (Run run = start(book(both))) {
      drive(run, ofMinutes(1));
      assertThat(run.record().state()).isEqualTo(RunState.FAILED_CLEAN);
    }
    assertThat(flag()).isZero();
  }

  @Test
  void a_flag_in_a_file_and_one_of_your_own_are_the_same() throws Exception {
    Path flag = Files.writeString(directory.resolve("ingest.pct"), "0\n");
    AtomicInteger own = new AtomicInteger();
    for (Flag one :
        List.of(Flag.file("ingest", flag), Flag.of("ingest", "a service", own::get, own::set))) {
      try (Run run = start(book(one))) {
        drive(run, ofHours(3));
        assertThat(run.record().state()).isEqualTo(RunState.SUCCEEDED);
      }
    }
    assertThat(flag).hasContent("100");
    assertThat(own).hasValue(100);
    Files.writeString(flag, "0");
    try (Run run = start(book(Flag.file("ingest", flag), FAILS))) {
      drive(run, ofHours(3));
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
    assertThat(flag).hasContent("0");
  }

  @Test
  void an_hour_of_soak_is_resumed_where_it_was() throws Exception {
    Runbook book = book(IN_TARGET);
    Path journal;
    try (Run run = start(book)) {
      drive(run, ofMinutes(20));
      journal = run.journal();
    }
    clock.advance(ofHours(5));
    try (Run run =
        Runner.journalingTo(directory.resolve("journals"))
            .withClock(clock)
            .resume(book, target, journal)) {
      drive(run, ofMinutes(9));
      assertThat(flag()).as("down time does not count").isEqualTo(10);
      drive(run, ofMinutes(2));
      assertThat(flag()).isEqualTo(50);
    }
  }

  @Test
  void a_number_is_compared_with_what_it_was() throws Exception {
    for (int[] one : new int[][] {{110, 1}, {111, 0}, {20, 1}}) {
      sql("update latency set ms = 100");
      try (Run run = start(compared(one[0]))) {
        run.toEnd();
        assertThat(run.record().state() == RunState.SUCCEEDED)
            .as("%s of 100", one[0])
            .isEqualTo(one[1] == 1);
      }
    }
    sql("update latency set ms = 0");
    try (Run run = start(compared(50))) {
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(run.record().steps().get(2).findings().get(0).code())
          .isEqualTo("value.no-baseline");
      run.abort("ada", "no traffic");
      run.toEnd();
    }
  }

  private static Runbook compared(int ms) {
    String p95 = "select max(ms) from latency";
    var before = measure("p95 before", p95);
    return runbook(
        "Compared",
        gate("Measured", before),
        gate(
            "Changed",
            inOneTransaction(Gatehouse.sql("update latency set ms = " + ms))
                .named("change")
                .cannotBeUndone("test")),
        gate("Same", value(p95).isAtMostPercentAbove(10).of(before)));
  }

  @Test
  void bad_input_is_refused_where_it_is_written() {
    Ramp.Of of = ramp(IN_TARGET);
    assertThatThrownBy(() -> of.from(101)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> of.from(0).gates()).hasMessage("no level: say to(percent)");
    assertThatThrownBy(() -> of.from(10).to(10)).hasMessage("level is 10: above 10");
    assertThatThrownBy(() -> of.from(10).soaking(ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> of.from(10).to(20).soaking(ofHours(1)).gates())
        .hasMessage("checks is empty: time alone is waitTimer(...)");
    assertThatThrownBy(
            () -> Flag.inTarget("a", "delete from flags", "update flags set pct = ? where pct = ?"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Flag.inTarget("a", READ, "update flags set pct = ?"))
        .hasMessageContaining("set n = ? where n = ?");
    Flag nowhere = Flag.file("a", directory.resolve("none"));
    assertThatThrownBy(() -> start(book(nowhere))).hasMessageContaining("flag.none");
  }
}
