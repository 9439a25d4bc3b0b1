package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.waitTimer;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.report.StatusText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.core.testkit.Sender;
import dev.gatehouse.dsl.operation.Approval;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starting needs several, stopping one: from any process, whatever the run is doing. */
class StopByLetterTest {

  private static final int ABORTS = Integer.getInteger("letters.aborts", 200);

  private static final Duration LIMIT = ofSeconds(2);

  @TempDir Path directory;
  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  private static Approval approved() {
    return approval("go?").by(one("senior engineer")).validFor(ofHours(1)).named(STEP);
  }

  @Test
  void guards_stay_live_while_people_are_awaited() throws Exception {
    var guarded =
        all.book(change("one"), approved(), change("two"))
            .guardedBy(noRows("select 1 from done where what = 'error'").every(ofSeconds(10)));
    try (Run run = all.runner().start(Plan.of(guarded, all.shop, all.clock))) {
      Tick.NeedsInput asked = (Tick.NeedsInput) run.advance();
      assertThat(asked.lookAgain()).contains(all.clock.instant().plusSeconds(10));
      try (Connection connection =
          DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("shop.db"))) {
        connection.createStatement().execute("insert into done values ('error')");
      }
      all.clock.advance(ofSeconds(10));
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
    }
  }

  /** Rows without end: nothing but an interrupt ends it. */
  private static Change endless() {
    return inOneTransaction(
            sql(
                "insert into done with recursive n(x) as (select 1 union all select x + 1 from n)"
                    + " select 'n' from n where x < 0"))
        .named("endless")
        .cannotBeUndone("test");
  }

  @Test
  @Timeout(600)
  void an_abort_from_another_process_stops_a_running_statement() throws Exception {
    aborts(4);
  }

  @Test
  @Tag("nightly")
  @Timeout(1_800)
  void two_hundred_aborts_from_another_process_stop_running_statements() throws Exception {
    aborts(ABORTS);
  }

  private void aborts(int rounds) throws Exception {
    Path keys = directory.resolve("nora");
    all.keys.put("nora", Signer.in(keys));
    all.people = People.of(all.keyed("mallory"), all.keyed("nora").as("reader"));
    List<Long> millis = new ArrayList<>();
    try (Sender sender = Sender.as("nora", keys)) {
      for (int round = 0; round < rounds; round++) {
        millis.add(abort(sender));
        assertThat(all.done()).isEmpty();
      }
    }
    System.out.println("aborted and undone after ms: " + millis);
    assertThat(millis).allMatch(took -> took < LIMIT.toMillis());
  }

  /** Milliseconds from the word to the end of the run. */
  private long abort(Sender sender) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Runner runner =
        Runner.journalingTo(all.journals)
            .startedBy("mallory")
            .withPoints(
                point -> {
                  if (point.equals("endless:latch.taken")) {
                    begun.countDown();
                  }
                });
    try (Run run = runner.start(Plan.of(all.book(change("one"), endless()), all.shop))) {
      CompletableFuture<RunRecord> ended = CompletableFuture.supplyAsync(run::toEnd);
      begun.await();
      Thread.sleep(150);
      long sent = System.nanoTime();
      sender.abort(run.journal());
      RunRecord record = ended.get();
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
      assertThat(sender.answer()).isEqualTo("sent");
      assertThat(record.state()).isEqualTo(RunState.UNDONE);
      assertThat(record.remarks())
          .extracting(RunRecord.Remark::text)
          .contains("nora ABORT: enough");
      assertThat(record.step("endless").orElseThrow().findings().get(0).headline())
          .isEqualTo("nora stopped the run: enough");
      return took;
    }
  }

  /** The first that did not count kept the others of the same look from being heard. */
  @Test
  @Timeout(60)
  void an_abort_among_those_that_do_not_count_stops_a_running_statement() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Runner runner =
        all.runner()
            .withPoints(
                point -> {
                  if (point.equals("endless:latch.taken")) {
                    begun.countDown();
                  }
                });
    try (Run run = runner.start(Plan.of(all.book(change("one"), endless()), all.shop, all.clock))) {
      Thread others =
          new Thread(
              () -> {
                try {
                  begun.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                for (int i = 0; i < 20; i++) {
                  Mailbox.of(run.journal()).withClock(all.clock).as("bob").abort("not signed");
                }
                all.of(run, "nora").abort("enough");
              });
      others.start();
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      others.join();
      assertThat(run.record().remarks())
          .extracting(RunRecord.Remark::text)
          .contains("nora ABORT: enough");
    }
  }

  @Test
  void a_waiting_run_goes_on_by_itself_when_the_word_comes() throws Exception {
    try (Run run =
        Runner.journalingTo(all.journals)
            .startedBy("mallory")
            .start(Plan.of(all.book(approved(), change("one")), all.shop))) {
      Thread bob =
          new Thread(
              () -> {
                Mailbox box = Mailbox.of(run.journal()).as("bob").signedBy(all.keys.get("bob"));
                while (box.record().step(STEP).orElseThrow().needs().isEmpty()) {
                  Thread.onSpinWait();
                }
                box.yes(STEP, "senior engineer", "");
              });
      bob.start();
      assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      bob.join();
    }
    assertThat(all.done()).containsExactly("one");
  }

  @Test
  void pause_panic_and_a_second_abort() {
    try (Run run = all.start(change("one"), approved(), change("two"))) {
      run.advance();
      all.of(run, "nora").pause("lunch");
      assertThat(run.advance()).isEqualTo(new Tick.Paused("lunch"));
      assertThat(run.record().remarks())
          .extracting(remark -> remark.text())
          .containsExactly("nora paused: lunch");
      assertThat(StatusText.of(run.record(), run.journal())).doesNotContain("looks");
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(StatusText.of(run.record(), run.journal())).contains("looks     again at");
      all.of(run, "nora").abort("enough");
      all.of(run, "bob").abort("enough, too");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(run.record().state()).isEqualTo(RunState.UNDONE);
      assertThat(Assembly.count(run, "STOPPING")).isEqualTo(1);
      assertThat(Assembly.refused(run)).containsExactly("word.late");
    }
    try (Run run = all.start(change("one"), approved(), change("two"))) {
      run.advance();
      all.of(run, "nora").panic("smoke");
      assertThat(run.toEnd().state()).isEqualTo(RunState.PANICKED);
      assertThat(all.done()).containsExactly("one");
    }
  }

  @Test
  void a_letter_to_a_run_that_nobody_drives_is_obeyed_when_it_is_resumed() {
    Run first = all.start(change("one"), approved(), change("two"));
    first.advance();
    first.close();
    assertThat(all.of(first, "nora").abort("enough").driven()).isFalse();
    try (Run second = all.resume(first, change("one"), approved(), change("two"))) {
      assertThat(second.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(all.done()).isEmpty();
    }
  }

  @Test
  void a_word_said_while_nobody_drives_counts_when_the_run_is_resumed() {
    Run first = all.start(approved(), change("one"));
    first.advance();
    first.close();
    assertThat(all.of(first, "bob").yes(STEP, "senior engineer", "").driven()).isFalse();
    try (Run second = all.resume(first, approved(), change("one"))) {
      assertThat(second.advance()).isInstanceOf(Tick.Done.class);
      assertThat(Assembly.refused(second)).isEmpty();
      assertThat(all.done()).containsExactly("one");
    }
  }

  @Test
  void what_is_accepted_while_nobody_drives_is_accepted_after_it_was_asked_again() {
    NamedCheck unsure =
        NamedCheck.of(
            "unsure",
            reading -> List.of("looks"),
            reading -> Outcome.inconclusive(Finding.of("test.unsure", "no idea").withFix("none")));
    Run first = all.start(unsure, change("one"));
    assertThat(first.advance()).isInstanceOf(Tick.NeedsInput.class);
    first.close();
    all.of(first, "nora").accept("unsure", "it is fine");
    try (Run second = all.resume(first, unsure, change("one"))) {
      second.advance();
      assertThat(second.advance()).isInstanceOf(Tick.Done.class);
      assertThat(Assembly.refused(second)).isEmpty();
      assertThat(all.done()).containsExactly("one");
    }
  }

  @Test
  void a_listener_that_throws_changes_nothing() {
    RunListener broken =
        new RunListener() {
          @Override
          public void recorded(Entry entry, RunRecord run) {
            throw new IllegalStateException("broken");
          }
        };
    RunRecord record =
        all.runner()
            .withListener(broken)
            .run(Plan.of(all.book(change("one"), change("two")), all.shop, all.clock));
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(all.done()).containsExactly("one", "two");
  }

  @Test
  @Timeout(60)
  void a_listener_that_blocks_delays_nothing() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    RunListener blocked =
        new RunListener() {
          @Override
          public void recorded(Entry entry, RunRecord run) {
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    Runner runner = Runner.journalingTo(all.journals).startedBy("mallory").withListener(blocked);
    try (Run run =
        runner.start(
            Plan.of(all.book(change("one"), waitTimer(ofMinutes(5)), endless()), all.shop))) {
      long began = System.nanoTime();
      assertThat(run.advance()).isInstanceOf(Tick.WakeAt.class);
      Mailbox.of(run.journal()).as("nora").signedBy(all.keys.get("nora")).abort("enough");
      assertThat(run.toEnd().state()).isEqualTo(RunState.UNDONE);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(ofSeconds(3));
    } finally {
      never.countDown();
    }
  }
}
