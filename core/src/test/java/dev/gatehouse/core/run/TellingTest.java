package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.finding;
import static dev.gatehouse.core.testkit.Steps.passing;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.Storage;
import dev.gatehouse.core.journal.Verification.Verdict;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TellingTest {
  private static final Set<Occasion> MOST =
      EnumSet.of(Occasion.BEGAN, Occasion.WAITING, Occasion.FAILED, Occasion.ENDED);

  /** Who is told; what it answers is its test's affair. */
  private static final class Room implements Channel {
    final List<Notice> heard = new CopyOnWriteArrayList<>();
    final String name;
    volatile Function<List<Notice>, Delivery> answer = notices -> Delivery.told();
    volatile Supplier<Duration> pace = () -> Duration.ZERO;

    Room(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Set<Occasion> occasions() {
      return MOST;
    }

    @Override
    public Duration pace() {
      return pace.get();
    }

    @Override
    public Delivery deliver(List<Notice> notices) {
      heard.addAll(notices);
      return answer.apply(notices);
    }

    List<String> texts() {
      return heard.stream().map(Notice::text).toList();
    }

    List<String> ids() {
      return heard.stream().map(Notice::id).distinct().toList();
    }
  }

  @TempDir Path journals;
  private final Room room = new Room("room");
  private World world;

  @BeforeEach
  void make_world() {
    world = new World(journals);
    world.runner = world.runner.startedBy("ann").telling(room);
  }

  private Change change(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  private static Check window(Instant opens) {
    return check(
        "window",
        reading ->
            reading.now().isBefore(opens)
                ? Outcome.waiting(opens, "opens in " + Duration.between(reading.now(), opens))
                : Outcome.passed(reading.evidence()));
  }

  private static long left(RunRecord record, String channel) {
    return record.notices().pending().getOrDefault(channel, List.of()).size();
  }

  @Test
  void telling_that_breaks_says_so_and_keeps_nobody_waiting() {
    room.pace =
        () -> {
          throw new IllegalStateException("no pace");
        };
    RunRecord record;
    long begun;
    try (Run run = world.start(passing("a"))) {
      record = run.toEnd();
      begun = System.nanoTime();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.notices().left())
        .hasEntrySatisfying(
            "room", left -> assertThat(left.why().orElseThrow().code()).isEqualTo("tell.broke"));
  }

  @Test
  void a_journal_without_a_run_tells_nobody_and_stays_open_to_others() throws IOException {
    Path file = journals.resolve("never.journal");
    Journal.create(Storage.open(file), Signer.in(journals.resolve("keys"))).close();
    for (int again = 0; again < 2; again++) {
      assertThatThrownBy(() -> world.runner.tell(file, Duration.ofSeconds(1)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("journal.no-run");
    }
  }

  @Test
  void what_happens_is_told_once_and_journaled() throws IOException {
    Instant opens = world.clock.instant().plusSeconds(60);
    Path journal;
    RunRecord record;
    try (Run run = world.start(window(opens), change("one"))) {
      journal = run.journal();
      record = run.record();
      run.advance();
      world.clock.set(world.clock.instant().plusSeconds(30));
      run.advance();
      world.clock.set(opens);
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
    }
    assertThat(room.texts())
        .containsExactly(
            "begun by ann",
            "'window' waits: opens in PT1M",
            "RECAP  test  SUCCEEDED  passed=1 changed=1 skipped=0 failed=0 undone=0 waiting=0  1m00s");
    assertThat(room.heard.get(2).id()).matches(record.run() + ":[0-9]+:room");
    assertThat(room.heard.get(2).report()).contains("`one`: done");
    assertThat(record.notices().pending()).isEmpty();
    assertThat(RunText.failure(record)).isEmpty();
    assertThat(RunRecord.of(Journal.peek(journal)).orElseThrow().notices().pending()).isEmpty();
    String key = Signer.in(journals.resolve("keys")).publicKey();
    assertThat(
            JournalVerifier.verify(journal, JournalVerifier.Options.none().withPublicKey(key))
                .verdict())
        .isEqualTo(Verdict.VALID);
  }

  @Test
  void a_failure_is_told_with_what_is_wrong() {
    assertThat(world.run(change("one"), failing("smoke")).state()).isEqualTo(RunState.UNDONE);
    assertThat(room.texts().get(1))
        .isEqualTo("failed: gate 'gate of smoke': 'smoke' failed: smoke does not hold");
    Notice end = room.heard.get(2);
    assertThat(end.occasions()).containsExactlyInAnyOrder(Occasion.ENDED, Occasion.UNDONE);
    assertThat(end.findings()).containsExactly(finding("smoke"));
    assertThat(end.details()).contains("gate 'gate of smoke' did not open: smoke does not hold");
  }

  @Test
  void a_channel_that_breaks_leaves_the_run_alone_and_is_named() {
    room.answer =
        notices -> {
          throw new IllegalStateException("secret in a message");
        };
    RunRecord record = world.run(passing("one"));
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(RunText.recap(record)).contains(" not-told=room:2  ");
    assertThat(RunText.failure(record))
        .contains("channel 'room' was not told of 2 notices yet: the channel broke, java.lang")
        .contains("tell those who were not told")
        .doesNotContain("secret in a message");
  }

  @Test
  void what_was_left_is_told_by_a_resume_and_by_tell_under_the_same_ids() {
    CountDownLatch hang = new CountDownLatch(1);
    room.answer =
        notices -> {
          await(hang);
          return Delivery.told();
        };
    long begun = System.nanoTime();
    Run first = world.start(passing("one"));
    assertThat(first.advance()).isInstanceOf(Tick.Done.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    first.close();
    List<String> ids = room.ids();
    assertThat(left(first.record(), "room")).isEqualTo(2);
    room.answer = notices -> Delivery.told();

    RunRecord told = world.runner.tell(first.journal(), Duration.ofSeconds(30));
    assertThat(left(told, "room")).isZero();
    assertThat(RunText.recap(told)).doesNotContain("not-told");
    assertThat(room.ids()).startsWith(ids.get(0)).hasSize(2);
    int heard = room.heard.size();
    world.runner.tell(first.journal(), Duration.ofSeconds(30));
    world.resume(first.journal(), passing("one")).close();
    assertThat(room.heard).hasSize(heard);
  }

  @Test
  void a_run_that_somebody_drives_is_not_told_from_beside() {
    try (Run run = world.start(passing("one"))) {
      assertThatThrownBy(() -> world.runner.tell(run.journal(), Duration.ofSeconds(1)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("journal.locked");
    }
  }

  @Test
  void a_poisonous_notice_is_passed_and_the_others_are_told() throws IOException {
    Room deaf = new Room("deaf");
    deaf.answer = notices -> Delivery.later(finding("deaf"), Duration.ofHours(1));
    CountDownLatch open = new CountDownLatch(1);
    room.answer =
        notices -> {
          await(open);
          return notices.stream().anyMatch(one -> one.text().contains("waits"))
              ? Delivery.refused(finding("poison"))
              : Delivery.told();
        };
    world.runner = world.runner.telling(room, deaf);
    Instant opens = world.clock.instant().plusSeconds(60);
    Run run = world.start(window(opens));
    run.advance();
    world.clock.set(opens);
    run.advance();
    open.countDown();
    run.close();
    assertThat(left(run.record(), "room")).isZero();
    assertThat(left(run.record(), "deaf")).isEqualTo(3);
    assertThat(World.count(run.journal(), "NOT_TOLD")).isEqualTo(2);
    assertThat(RunText.failure(run.record()))
        .contains("channel 'room' was not told of 1 notices: poison does not hold")
        .contains("channel 'deaf' was not told of 3 notices yet: deaf does not hold");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void channels_have_names_of_their_own_and_something_to_be_told() {
    assertThatThrownBy(() -> world.runner.telling(room, new Room("room")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two channels are called 'room': the journal knows them by name");
    assertThatThrownBy(() -> world.runner.telling(new Room("A room")))
        .hasMessageContaining("letters a to z, digits and '-'");
  }
}
