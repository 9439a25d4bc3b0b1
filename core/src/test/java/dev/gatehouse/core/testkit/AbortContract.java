package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.FullDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An abort from another process, by letter, whatever the run is doing on a real server: which is
 * asked itself whether a statement of the run goes on.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // JDBC heeds no interrupt
public abstract class AbortContract {
  /** From the word to no statement on the server. */
  private static final Duration SOON = Duration.ofSeconds(2);

  /** A run whose server answers nothing comes back to its caller by then. */
  private static final Duration BACK = Duration.ofSeconds(60);

  private static final int ABORTS = Integer.getInteger("letters.aborts", 200);

  @TempDir Path work = Path.of("");

  private Sender sender;

  /** The server it is shown on. */
  protected abstract EngineUnderTest engine();

  protected abstract Target target(TestDatabase database);

  /** Inserts a row into table work, in two minutes. */
  protected abstract String insertsSlowly();

  /** Reads for two minutes. */
  protected abstract String readsSlowly();

  /** How many of these two are executed in this database now. */
  protected abstract String running();

  /** What the run is doing when it is stopped. */
  private enum Doing {
    TRANSACTION,
    SESSION,
    CHECK,
    /** The same with a listener that never comes back. */
    UNHEARD
  }

  @BeforeEach
  final void begin() throws IOException {
    sender = Sender.unsigned();
  }

  @AfterEach
  final void end() throws IOException {
    sender.close();
  }

  private Runbook book(Doing doing) {
    Step step =
        switch (doing) {
          case TRANSACTION, UNHEARD ->
              Steps.transactional("slow", on -> Sql.run(on.connection(), insertsSlowly()))
                  .cannotBeUndone("a test");
          case SESSION ->
              Steps.inSession(
                      "slow",
                      on -> Sql.run(on.connection(), insertsSlowly()),
                      key -> ProbeResult.Kind.NOT_APPLIED)
                  .cannotBeUndone("a test");
          case CHECK ->
              Steps.check(
                  "slow",
                  reading -> {
                    try {
                      Sql.rows(reading.connection(), readsSlowly());
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                    return Outcome.passed(reading.evidence());
                  });
        };
    return book(step);
  }

  /** With a guard that is asked all the time. */
  private static Runbook book(Step step) {
    Check answers =
        Steps.check(
            "answers",
            reading -> {
              try {
                Sql.rows(reading.connection(), "SELECT 1");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
              return Outcome.passed(reading.evidence());
            });
    return new Runbook(
        "Abort",
        List.of(new Gate("Slow", List.of(step))),
        List.of(Guard.of(answers, Duration.ofMillis(150))));
  }

  private Runner runner(Doing doing, CountDownLatch never) {
    Runner runner = Runner.journalingTo(work.resolve("journals"));
    return doing != Doing.UNHEARD
        ? runner
        : runner.withListener(
            new RunListener() {
              @Override
              public void recorded(Entry entry, RunRecord run) {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            });
  }

  @Test
  void an_abort_from_another_process_ends_the_statement_on_the_server() throws Exception {
    aborts(Doing.values().length);
  }

  @Tag("nightly")
  @Test
  void two_hundred_aborts_from_another_process() throws Exception {
    aborts(ABORTS);
  }

  private void aborts(int rounds) throws Exception {
    List<Long> millis = new ArrayList<>();
    try (TestDatabase database = engine().database();
        Connection witness = database.connect()) {
      Sql.run(witness, "CREATE TABLE work (a INT)");
      for (int round = 0; round < rounds; round++) {
        millis.add(abort(Doing.values()[round % Doing.values().length], database, witness));
      }
      assertThat(Sql.one(witness, "SELECT COUNT(*) FROM work")).isEqualTo("0");
    }
    System.out.println(engine() + ", ms to no statement on the server: " + millis);
    // One of them may be late on a machine that has much else to do; the figures are printed.
    List<Long> sorted = millis.stream().sorted().toList();
    assertThat(sorted.get(rounds / 2)).as("%s", sorted).isLessThan(SOON.toMillis());
  }

  private long abort(Doing doing, TestDatabase database, Connection witness) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (Run run = runner(doing, never).start(Plan.of(book(doing), target(database)))) {
      CompletableFuture<RunRecord> ended = CompletableFuture.supplyAsync(run::toEnd);
      awaitStatement(witness, ended);
      long begun = System.nanoTime();
      sender.abort(run.journal());
      while (!Sql.one(witness, running()).equals("0")) {
        assertThat(System.nanoTime() - begun).isLessThan(BACK.toNanos());
        TimeUnit.MILLISECONDS.sleep(5);
      }
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      assertThat(sender.answer()).isEqualTo("sent");
      RunRecord record = ended.get(BACK.toSeconds(), TimeUnit.SECONDS);
      assertThat(record.state()).as("%s", doing).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(record.remarks())
          .extracting(RunRecord.Remark::text)
          .anyMatch(text -> text.endsWith("ABORT: enough"));
      assertThat(record.stoppedBy()).isPresent();
      assertThat(record.steps())
          .filteredOn(step -> step.state().failed())
          .allMatch(step -> step.findings().get(0).code().equals(RunRecord.STOPPED));
      return took;
    } finally {
      never.countDown();
    }
  }

  private void awaitStatement(Connection witness, CompletableFuture<RunRecord> ended)
      throws Exception {
    while (!Sql.one(witness, running()).equals("1")) {
      assertThat(ended).isNotDone();
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Nobody can know what such a server does; the run says that, and comes back. */
  @Test
  @Tag("nightly")
  void an_abort_while_the_server_stands_still_is_told_and_the_run_comes_back() throws Exception {
    try (OwnServer server = engine().another();
        TestDatabase database = server.database()) {
      database.run("CREATE TABLE work (a INT)");
      Runner runner = runner(Doing.TRANSACTION, new CountDownLatch(0));
      Target target = target(database);
      Run run = runner.start(Plan.of(book(Doing.TRANSACTION), target));
      CompletableFuture<RunRecord> ended = CompletableFuture.supplyAsync(run::toEnd);
      try (Connection witness = database.connect()) {
        awaitStatement(witness, ended);
      }
      server.freeze();
      assertThat(abortInSilence(run, ended, Duration.ofSeconds(8))).isEqualTo(RunState.IN_DOUBT);
      server.thaw();
      try (Run again = runner.resume(book(Doing.TRANSACTION), target, run.journal());
          Connection witness = database.connect()) {
        assertThat(again.toEnd().state()).isEqualTo(RunState.FAILED_CLEAN);
        assertThat(Sql.one(witness, running())).isEqualTo("0");
        assertThat(Sql.one(witness, "SELECT COUNT(*) FROM work")).isEqualTo("0");
      }

      Step asked = Steps.human("asked", "go?", "dba").cannotBeUndone("a test");
      Run waiting = runner.start(Plan.of(book(asked), target));
      CompletableFuture<RunRecord> attended = CompletableFuture.supplyAsync(waiting::attend);
      while (!journaled(waiting.journal()).contains("WAITING")) {
        assertThat(attended).isNotDone();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      server.freeze();
      TimeUnit.MILLISECONDS.sleep(400); // by now the guard is being asked
      assertThat(abortInSilence(waiting, attended, Duration.ofSeconds(8)))
          .isEqualTo(RunState.FAILED_CLEAN);
      server.thaw();
    }
  }

  private RunState abortInSilence(Run run, CompletableFuture<RunRecord> ended, Duration most)
      throws Exception {
    long begun = System.nanoTime();
    sender.abort(run.journal());
    while (!journaled(run.journal()).contains("STOPPING")) {
      assertThat(System.nanoTime() - begun).isLessThan(BACK.toNanos());
      TimeUnit.MILLISECONDS.sleep(20);
    }
    long told = System.nanoTime() - begun;
    assertThat(sender.answer()).isEqualTo("sent");
    RunRecord record = ended.get(BACK.toSeconds(), TimeUnit.SECONDS);
    long back = System.nanoTime() - begun;
    run.close();
    System.out.printf(
        "%s stands still, ms: told %d, back %d, closed %d%n",
        engine(), told / 1_000_000, back / 1_000_000, (System.nanoTime() - begun) / 1_000_000);
    assertThat(Duration.ofNanos(told)).isLessThan(most);
    return record.state();
  }

  private static List<String> journaled(Path journal) {
    try {
      return Journal.peek(journal).stream().map(Entry::type).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Neither the letter nor the record of it fits beside the journal. */
  @Test
  void an_abort_while_the_disk_of_the_journal_is_full() throws Exception {
    Path journals = Files.createDirectory(work.resolve("journals"));
    Optional<FullDisk> disk = FullDisk.mount(journals, 1 << 20);
    Assumptions.assumeTrue(
        disk.isPresent(), "NOT TESTED: a full disk needs the right to mount a tmpfs");
    Files.setPosixFilePermissions(journals, PosixFilePermissions.fromString("rwx------"));
    try (FullDisk full = disk.orElseThrow();
        TestDatabase database = engine().database();
        Connection witness = database.connect()) {
      Sql.run(witness, "CREATE TABLE work (a INT)");
      try (Run run =
          runner(Doing.TRANSACTION, new CountDownLatch(0))
              .start(Plan.of(book(Doing.TRANSACTION), target(database)))) {
        CompletableFuture<RunRecord> ended = CompletableFuture.supplyAsync(run::toEnd);
        awaitStatement(witness, ended);
        full.fillBut(0);
        long begun = System.nanoTime();
        sender.abort(run.journal());
        assertThat(sender.answer()).isEqualTo("sent");
        RunRecord record = ended.get(BACK.toSeconds(), TimeUnit.SECONDS);
        System.out.printf(
            "%s, full disk, ms to the end of the run: %d%n",
            engine(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
        assertThat(Sql.one(witness, running())).isEqualTo("0");
      }
    }
  }
}
