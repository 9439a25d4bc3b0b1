package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.letter.Inbox;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.core.tell.Facts;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where runs begin: where their journals are kept, by which clock, and who is told.
 *
 * <p>Immutable and thread-safe. The account needs what the plan's steps need, and to take the
 * target's lease (see the dialect).
 *
 * @since 0.1
 */
public final class Runner {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  private static final RunListener NOBODY = new RunListener() {};

  private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(3);

  private final Journals journals;
  private final InstantSource clock;
  private final RunListener listener;
  private final String initiator;
  private final Consumer<String> points;
  private final Optional<Duration> silence;
  private final String exempt;
  private final Audience audience;

  private Runner(
      Journals journals,
      InstantSource clock,
      RunListener listener,
      String initiator,
      Consumer<String> points,
      Optional<Duration> silence,
      String exempt,
      Audience audience) {
    this.audience = audience;
    this.silence = silence;
    this.exempt = exempt;
    this.journals = journals;
    this.clock = clock;
    this.listener = listener;
    this.initiator = initiator;
    this.points = points;
  }

  /**
   * Journals go into that directory, one file a run; the signing key into {@code keys} below it.
   *
   * @param directory outside the target; made with mode 0700 when it is not there
   */
  public static Runner journalingTo(Path directory) {
    return new Runner(
        Journals.in(directory.toAbsolutePath().normalize()),
        InstantSource.system(),
        NOBODY,
        System.getProperty("user.name", "unknown"),
        point -> {},
        Optional.empty(),
        "",
        Audience.NOBODY);
  }

  /** The same runner by another clock. */
  public Runner withClock(InstantSource other) {
    return new Runner(journals, other, listener, initiator, points, silence, exempt, audience);
  }

  /** The same runner, telling that listener. */
  public Runner withListener(RunListener other) {
    return new Runner(journals, clock, other, initiator, points, silence, exempt, audience);
  }

  /**
   * The same runner, telling those channels, and no others. What they are told of is journaled
   * first, and told beside the run: that a channel is slow, or gone, neither delays nor fails it.
   * What was not told when a run is closed is told when it is resumed, or by {@link #tell}.
   *
   * @throws IllegalArgumentException when two have the same name, or one has none that a journal
   *     could hold, or nothing to be told of
   */
  public Runner telling(Channel... channels) {
    Audience told = audience.with(List.of(channels));
    return new Runner(journals, clock, listener, initiator, points, silence, exempt, told);
  }

  /**
   * The same runner, which journals what is known of who called for its runs. Whoever is named
   * there counts as having started them.
   */
  public Runner withFacts(Facts facts) {
    Audience told = audience.with(facts);
    return new Runner(journals, clock, listener, initiator, points, silence, exempt, told);
  }

  /**
   * Tells this runner's channels what they have still to be told of a run that nobody drives.
   * Neither the run goes on, nor is its target asked.
   *
   * @param patience how long to try
   * @return the record; its notices tell what is left
   * @throws Refusal {@code journal.locked} when somebody drives the run, and so tells it; or when
   *     the journal is damaged or cannot be written
   */
  public RunRecord tell(Path file, Duration patience) {
    Journal journal = journals.open(file);
    if (RunRecord.of(journal.entries()).isEmpty()) {
      journal.close();
      throw neverOpened(file);
    }
    try (RunJournal ledger =
        new RunJournal(
            journal, Scrubber.of(List.of()), clock, NOBODY, points, audience.channels())) {
      ledger.beginTelling();
      ledger.endTelling(patience);
      return ledger.record();
    }
  }

  /** The same runner, started by that person; by default the operating system's user. */
  public Runner startedBy(String who) {
    return new Runner(journals, clock, listener, who, points, silence, exempt, audience);
  }

  /**
   * The same runner, telling each point between two durable actions before it goes on. Fault tests
   * stop the process there.
   */
  public Runner withPoints(Consumer<String> other) {
    return new Runner(journals, clock, listener, initiator, other, silence, exempt, audience);
  }

  /**
   * The same runner, replacing a holder of the target that gives no sign of life for that long: its
   * process is stopped, or its host is gone without a word. By default nobody is replaced, and such
   * a holder keeps the target until somebody ends its session.
   *
   * <p>A living run gives a sign of life each second while it waits in {@link Run#toEnd}, or while
   * a check or an effect is under way, however long that takes; between two calls of {@link
   * Run#advance} it gives none, and none while its runbook is planned. So the limit must be longer
   * than the longest of these for every runner of the target; minutes, rather than seconds. Waits
   * for the limit at most, and comes back at once when the holder lives.
   *
   * <p>The sessions by which the holder has lease and latch are ended, and the epoch rises; what it
   * had under way is in doubt and looked into, and its journal is continued here. When it comes
   * back it can neither have an effect in the target nor write the journal. What it does outside of
   * the target, such as a command it began, is not ended by this.
   *
   * <p>PostgreSQL: the account must be the holder's, a member of it, or have pg_read_all_stats and
   * pg_signal_backend. SQLite: refused, because the lock of a stopped process cannot be taken.
   *
   * @param limit by the server's clock; three seconds at least
   * @throws IllegalArgumentException when it is shorter
   */
  public Runner takingOverAfter(Duration limit) {
    if (limit.compareTo(SHORTEST_SILENCE) < 0) {
      throw new IllegalArgumentException(
          "limit is " + limit + ": a living runner may be silent for " + SHORTEST_SILENCE);
    }
    return new Runner(
        journals, clock, listener, initiator, points, Optional.of(limit), exempt, audience);
  }

  /**
   * Keeps every runner of this journal directory from starting on that target, until it is thawed.
   * A run that has begun may be resumed, so that it can be undone. The database is known by its
   * name here and by its identity, which is read from it.
   *
   * @throws IllegalArgumentException when who is blank
   */
  public void freeze(Target target, String who, String why) {
    if (who.isBlank()) {
      throw new IllegalArgumentException("who is blank: a freeze is known by who asked for it");
    }
    freezes().freeze(target.name(), fingerprint(target), who, why, clock.instant());
  }

  /**
   * Ends all freezes of that target; who did it stays to be seen beside the journals.
   *
   * @throws Refusal {@code target.not-frozen} when there is none
   * @throws IllegalArgumentException when who is blank
   */
  public void thaw(Target target, String who) {
    if (who.isBlank()) {
      throw new IllegalArgumentException("who is blank: a thaw is known by who asked for it");
    }
    if (freezes().thaw(target.name(), fingerprint(target), who, clock.instant()) == 0) {
      throw new Refusal(
          Finding.of("target.not-frozen", "target '" + target.name() + "' is not frozen")
              .withFix("nothing is to be done"));
    }
  }

  /** The same runner, which may start on what that person has frozen, and on nobody else's. */
  public Runner inFreezeOf(String who) {
    return new Runner(journals, clock, listener, initiator, points, silence, who, audience);
  }

  private Freezes freezes() {
    return new Freezes(journals.directory());
  }

  private Fingerprint fingerprint(Target target) {
    try (ReadingSession reading = ReadingSession.planning(target, clock)) {
      return reading.fingerprint();
    } catch (SQLException e) {
      throw Planner.unreachable(target, e, Scrubber.of(List.of()));
    }
  }

  /** The same runner, keeping its journals there. */
  Runner withJournals(Journals others) {
    return new Runner(others, clock, listener, initiator, points, silence, exempt, audience);
  }

  /**
   * Plans the runbook as {@link Plan#of} does. Where that is refused and a run of this runbook on
   * this target, kept in this runner's directory, has not ended, it is named first: what it made
   * may be what is in the way.
   *
   * @throws Refusal naming every step that can never succeed there
   */
  public Plan plan(Runbook runbook, Target target) {
    try {
      return Plan.of(runbook, target, clock);
    } catch (Refusal refused) {
      throw Unfinished.before(refused, runbook, target, journals.directory());
    }
  }

  /**
   * Starts the plan, advances it to its end, and closes it.
   *
   * @throws Refusal as {@link #start} and {@link Run#advance}
   */
  public RunRecord run(Plan plan) {
    try (Run run = start(plan)) {
      return run.toEnd();
    }
  }

  /**
   * Starts a plan: takes the lease of its target and opens a journal. No step is executed before
   * {@link Run#advance}.
   *
   * @throws Refusal when another run holds the target, naming it; when another run may have changed
   *     it since the plan was made; when a run of this runbook on this database, kept in the same
   *     directory, waits, is paused or in doubt, or was killed and has left something in it; when
   *     it is in doubt what a run of another runbook did to this database, and the plan would write
   *     to it; or no journal can be written
   */
  public Run start(Plan plan) {
    return start(plan, () -> Unfinished.refuse(plan, journals.directory()));
  }

  /** The same, though another run has not ended on this database, or is in doubt there. */
  public Run startAnother(Plan plan) {
    return start(plan, () -> {});
  }

  /**
   * The runs of this runner's directory that have not ended, in the order in which they began. Of
   * one that waits, {@code StatusText.of(record, journal)} tells for what; {@link #resume} goes on
   * with it.
   *
   * @throws Refusal when the directory cannot be read
   */
  public List<Unfinished> unfinished() {
    return Unfinished.in(journals.directory());
  }

  private Run start(Plan plan, Runnable others) {
    Initiators.refuse(plan, initiators());
    freezes().refuse(plan.target().name(), plan.outline().fingerprint(), exempt);
    String run = STAMP.format(clock.instant()) + "-" + random();
    Path file = journals.file(run);
    Lease lease = lease(plan.target(), run, plan.scrubber());
    try {
      Outdated.refuse(plan, lease, clock);
      others.run();
      Journal journal = journals.create(file);
      try {
        Map<String, Object> body = new HashMap<>(RecordCodec.of(plan.outline()));
        body.put("run", run);
        body.put("plan", plan.digest());
        body.put("initiator", plan.scrubber().scrub(initiator));
        audience.tellFacts(body, plan.scrubber());
        Instant now = clock.instant();
        journal.append(now, lease.epoch(), Event.OPENED.name(), body);
        journal.force();
        points.accept(CrashPoint.durable(CrashPoint.RUN, Event.OPENED));
        return run(plan, file, journal, lease, run);
      } catch (RuntimeException | Error e) {
        closing(e, journal::close);
        throw e;
      }
    } catch (RuntimeException | Error e) {
      closing(e, lease::close);
      throw e;
    }
  }

  /**
   * Goes on with a run from its journal, in this process or another, after a wait or a crash. What
   * was under way is fenced off and proven first.
   *
   * @param runbook the same runbook: the plan made from it now must have the digest of the one that
   *     was started
   * @throws Refusal when the plan has changed (showing where), the journal is damaged, or another
   *     runner holds the target
   */
  public Run resume(Runbook runbook, Target target, Path file) {
    if (silence.isPresent() && journals.isHeldElsewhere(file)) {
      return replacing(runbook, target, file);
    }
    Journal journal = journals.open(file);
    try {
      Lease lease = lease(record(journal.entries(), file), runbook, target);
      return resumed(runbook, target, file, journal, lease);
    } catch (RuntimeException | Error e) {
      closing(e, journal::close);
      throw e;
    }
  }

  /** Here the journal follows the lease: its lock is one of a process that may be stopped. */
  private Run replacing(Runbook runbook, Target target, Path file) {
    Lease lease = lease(record(journals.peek(file), file), runbook, target);
    Journal journal;
    try {
      journals.takeOver(file);
      journal = journals.open(file);
    } catch (RuntimeException | Error e) {
      closing(e, lease::close);
      throw e;
    }
    try {
      return resumed(runbook, target, file, journal, lease);
    } catch (RuntimeException | Error e) {
      closing(e, journal::close);
      throw e;
    }
  }

  private static RunRecord record(List<Entry> entries, Path file) {
    return RunRecord.of(entries).orElseThrow(() -> neverOpened(file));
  }

  private Lease lease(RunRecord record, Runbook runbook, Target target) {
    Changes.refuseOtherSteps(record, runbook);
    Scrubber scrubber = Planner.scrubber(runbook, target);
    requirePlannedDatabase(record, target, scrubber);
    return lease(target, record.run(), scrubber);
  }

  private Run resumed(Runbook runbook, Target target, Path file, Journal journal, Lease lease) {
    try {
      RunRecord record = record(journal.entries(), file);
      fenceUnfinished(record, target, Planner.scrubber(runbook, target));
      Plan plan = Plan.resuming(runbook, target, clock, record.outline());
      Changes.refuseOtherPlan(record, plan);
      Initiators.refuseWithoutPeople(record, plan);
      return run(plan, file, journal, lease, record.run());
    } catch (RuntimeException | Error e) {
      closing(e, lease::close);
      throw e;
    }
  }

  private Run run(Plan plan, Path file, Journal journal, Lease lease, String run) {
    RunListener told = listener == NOBODY ? NOBODY : new Aside(listener, journal.entries());
    told.journaling(file);
    RunJournal ledger =
        new RunJournal(journal, plan.scrubber(), clock, told, points, audience.channels());
    ledger.epoch(lease.epoch());
    if (!ledger.record().state().closed()) {
      Map<String, Object> body = new HashMap<>(Map.of("holder", holder(run)));
      body.put("by", initiators().stream().map(plan.scrubber()::scrub).toList());
      plan.runbook().people().ifPresent(all -> body.put("people", RecordCodec.ofPeople(all)));
      audience.tell(body, plan.scrubber());
      lease.replaced().ifPresent(who -> body.put("replaced", who));
      ledger.writeDurably(Event.LEASED, body);
      Initiators.tooFew(ledger.record(), plan)
          .forEach(one -> LOG.warn("run {}: {}", run, plan.scrubber().scrub(one).text()));
    }
    ledger.beginTelling();
    Inbox inbox = Inbox.of(file);
    inbox.room().keep();
    return new Run(RunContext.of(plan, ledger, lease, clock, told, points, inbox), file);
  }

  /**
   * Who starts or resumes: the name given, the account, which nobody gave, and who called for it.
   */
  private List<String> initiators() {
    return Stream.concat(
            Stream.of(initiator, System.getProperty("user.name", "unknown")),
            audience.facts().actors().stream())
        .distinct()
        .toList();
  }

  /** Before lease and fence: neither may meet a database that the run has nothing to do with. */
  private void requirePlannedDatabase(RunRecord record, Target target, Scrubber scrubber) {
    try (ReadingSession reading =
        ReadingSession.of(
            target, clock, record.outline().fingerprint(), step -> Optional.empty())) {
      reading.fingerprint();
    } catch (SQLException e) {
      throw Planner.unreachable(target, e, scrubber);
    }
  }

  private Lease lease(Target target, String run, Scrubber scrubber) {
    try {
      Concurrency concurrency = target.dialect().concurrency();
      Lease lease =
          silence.isPresent()
              ? concurrency.lease(target, holder(run), silence.get())
              : concurrency.lease(target, holder(run));
      points.accept(CrashPoint.LEASE_TAKEN.of(CrashPoint.RUN));
      return lease;
    } catch (SQLException e) {
      throw new Refusal(
          Finding.of("lease.unreachable", "cannot take the lease of '" + target.name() + "'")
              .withFound(scrubber.describe(e))
              .withFix("see what the dialect needs to keep its lease; no lease, no effect"),
          scrubber.scrub(e));
    }
  }

  /**
   * Ends what a crashed runner may have left under way, before anything is read as if it were
   * final.
   */
  private static void fenceUnfinished(RunRecord record, Target target, Scrubber scrubber) {
    for (StepRecord step : record.steps()) {
      boolean unfinished =
          step.state() == StepState.INTENT
              || step.state() == StepState.UNDOING
              || step.state() == StepState.IN_DOUBT;
      if (unfinished) {
        try {
          target.dialect().concurrency().fence(target, step.session());
        } catch (SQLException e) {
          throw new Refusal(
              Finding.of("fence.failed", "cannot make sure that '" + step.name() + "' has ended")
                  .withFound(scrubber.describe(e))
                  .withFix(
                      "what is found tells what to do; where it does not, end the session "
                          + step.session()
                          + "; then resume again"),
              scrubber.scrub(e));
        }
      }
    }
  }

  /** What goes wrong while giving back must not hide why it is given back. */
  private static void closing(Throwable why, Runnable giveBack) {
    try {
      giveBack.run();
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  private String holder(String run) {
    return "run " + run + ", process " + ProcessHandle.current().pid() + ", by " + initiator;
  }

  private static Refusal neverOpened(Path file) {
    return new Refusal(
        Finding.of("journal.no-run", "the journal holds no run")
            .withFound("no OPENED record in " + file)
            .withFix("nothing was executed: start the plan anew"));
  }

  private static String random() {
    byte[] bytes = new byte[4];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
