package dev.gatehouse.examples.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.GatehouseTelling;
import dev.gatehouse.examples.Application;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each condition on which the two documents abort: it is brought about while the change is in
 * effect, and the run ends by itself with everything as it was.
 */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class AbortConditionsTest {
  private static final Duration LONG = Duration.ofMinutes(20);

  @TempDir Path work = Path.of("");
  private final AtomicInteger cpu = new AtomicInteger(20);
  private ExampleDatabase database;
  private Application application;

  AbortConditionsTest() throws Exception {
    database = ExampleDatabase.of(List.of());
    application = Application.begin();
  }

  @BeforeEach
  void production() throws Exception {
    Production.create(database.target());
  }

  @AfterEach
  void close() {
    application.close();
    database.close();
  }

  private Target target() {
    return database.target();
  }

  private Runbook direct() {
    return DirectToProduction.runbookFor(
        Production.scripts(),
        work.resolve("vault"),
        application.address(),
        application.token(),
        PostgresExamples.around(-60),
        PostgresExamples.around(60),
        LONG,
        cpu::get);
  }

  private interface Trouble {
    void comes(Run run) throws Exception;
  }

  /** Signed by all, changed, and quiet; then trouble comes, and it ends by itself. */
  private RunRecord run(Runbook runbook, String changed, Trouble trouble) throws Exception {
    ExecutorService aside = Executors.newSingleThreadExecutor();
    try (Run run =
        Runner.journalingTo(work.resolve("journals")).start(Plan.of(runbook, target()))) {
      run.untilPeople();
      for (StepRecord step : run.record().steps()) {
        step.needs().forEach(need -> run.say(step.name(), need.role(), need.role(), true, "yes"));
      }
      Future<RunRecord> end = aside.submit(run::toEnd);
      waitFor(changed, end);
      trouble.comes(run);
      return end.get(180, TimeUnit.SECONDS);
    } finally {
      aside.shutdownNow();
    }
  }

  private void waitFor(String query, Future<RunRecord> run) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
    while (!isSo(query)) {
      assertThat(System.nanoTime() < until).as("it comes to: " + query).isTrue();
      if (run.isDone()) {
        assertThat(run.get().steps()).as("it ended before: " + run.get().state()).isEmpty();
      }
      Thread.sleep(100);
    }
  }

  private boolean isSo(String query) throws SQLException {
    try (Connection session = target().connect(java.util.Map.of());
        Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private void execute(String sql) throws SQLException {
    Production.tamper(target(), sql);
  }

  private static final String APPLIED =
      "select to_regclass('eng.strategic_directives_v2') is not null";

  private void everythingIsAsItWas(RunRecord record) throws SQLException {
    assertThat(record.state()).as(record.steps().toString()).isEqualTo(RunState.UNDONE);
    assertThat(isSo(APPLIED)).isFalse();
    assertThat(record.step("maintenance mode").orElseThrow().state()).isEqualTo(StepState.UNDONE);
  }

  @Test
  void an_error_in_the_logs() throws Exception {
    RunRecord record =
        run(
            direct(),
            APPLIED,
            run ->
                execute(
                    "insert into audit.service_logs (service, level, message)"
                        + " values ('ingest', 'ERROR', 'it broke')"));
    everythingIsAsItWas(record);
  }

  @Test
  @Tag("nightly")
  void the_hosts_cpu() throws Exception {
    everythingIsAsItWas(run(direct(), APPLIED, run -> cpu.set(95)));
  }

  @Test
  @Tag("nightly")
  void a_member_of_the_team_calls_for_it() throws Exception {
    everythingIsAsItWas(run(direct(), APPLIED, run -> run.abort("sven", "this looks wrong")));
  }

  /** It is itself again while all is taken back: one that is not leaves its own undo in doubt. */
  @Test
  @Tag("nightly")
  void an_application_that_answers_after_five_seconds() throws Exception {
    everythingIsAsItWas(
        run(
            direct(),
            APPLIED,
            run -> {
              application.answerAfter(6_000);
              long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
              while (!Mailbox.of(run.journal()).record().undoing()) {
                assertThat(System.nanoTime() < until).as("it is stopped").isTrue();
                Thread.sleep(50);
              }
              application.answerAfter(0);
            }));
  }

  @Test
  @Tag("nightly")
  void more_than_five_deadlocks() throws Exception {
    everythingIsAsItWas(
        run(
            direct(),
            APPLIED,
            run -> {
              for (int i = 0; i < 6; i++) {
                deadlock();
              }
            }));
  }

  /** Two sessions that want what the other has; the server ends one. */
  private void deadlock() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (Connection one = target().connect(java.util.Map.of());
        Connection two = target().connect(java.util.Map.of());
        Statement first = one.createStatement();
        Statement second = two.createStatement()) {
      one.setAutoCommit(false);
      two.setAutoCommit(false);
      first.execute("select 1 from eng.teams where id = 1 for update");
      second.execute("select 1 from eng.teams where id = 2 for update");
      Future<?> waits =
          other.submit(
              () -> {
                try {
                  first.execute("select 1 from eng.teams where id = 2 for update");
                } catch (SQLException ended) {
                  // one of the two is
                }
              });
      Thread.sleep(50);
      try {
        second.execute("select 1 from eng.teams where id = 1 for update");
      } catch (SQLException ended) {
        // or this one
      }
      two.rollback();
      waits.get(30, TimeUnit.SECONDS);
      one.rollback();
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  @Tag("nightly")
  void a_lock_that_is_not_had_in_time() throws Exception {
    try (Connection holder = target().connect(java.util.Map.of());
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("lock table eng.teams in share mode");
      RunRecord record = run(direct(), "select true", run -> {});
      assertThat(record.state()).isEqualTo(RunState.UNDONE);
      assertThat(record.step("housekeeping").orElseThrow().state())
          .isEqualTo(StepState.FAILED_CLEAN);
    }
    assertThat(isSo(APPLIED)).isFalse();
  }

  /** Seed 001: staging that went through something else, or did not succeed, is no staging. */
  @Test
  @Tag("nightly")
  void a_promotion_of_what_staging_did_not_go_through() throws Exception {
    Path other = Files.createDirectories(work.resolve("db"));
    copy(Production.scripts(), other);
    copy(Production.scripts().resolveSibling("apps"), work.resolve("apps"));
    try (Staging staging = Staging.after(Promotion.onStaging(other), target(), work)) {
      Files.writeString(
          other.resolve("migrations/eng/001_base_tables.sql"),
          "\ncreate table eng.late (id integer);\n",
          java.nio.file.StandardOpenOption.APPEND);
      Runbook promotion =
          Promotion.runbookFor(
              other,
              work.resolve("vault"),
              GatehouseTelling.log("stakeholders"),
              Files.writeString(work.resolve("ingest.percent"), "0"),
              Promotion.Pace.OF_THE_EXAMPLE,
              staging);
      try (Run run =
          Runner.journalingTo(work.resolve("journals")).start(Plan.of(promotion, target()))) {
        RunRecord record = run.untilPeople();
        assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
        assertThat(record.step("succeeded on staging").orElseThrow().findings().toString())
            .contains("it went through another 'apply eng'");
      }
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path there = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(there);
        } else {
          Files.copy(file, there);
        }
      }
    }
  }
}
