package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;

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

  private final Journals journals;
  private final InstantSource clock;
  private final RunListener listener;
  private final String initiator;
  private final Consumer<String> points;

  private Runner(
      Journals journals,
      InstantSource clock,
      RunListener listener,
      String initiator,
      Consumer<String> points) {
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
        new RunListener() {},
        System.getProperty("user.name", "unknown"),
        point -> {});
  }

  /** The same runner by another clock. */
  public Runner withClock(InstantSource other) {
    return new Runner(journals, other, listener, initiator, points);
  }

  /** The same runner, telling that listener. */
  public Runner withListener(RunListener other) {
    return new Runner(journals, clock, other, initiator, points);
  }

  /** The same runner, started by that person; by default the operating system's user. */
  public Runner startedBy(String who) {
    return new Runner(journals, clock, listener, who, points);
  }

  /**
   * The same runner, telling each point between two durable actions before it goes on. Fault tests
   * stop the process there.
   */
  public Runner withPoints(Consumer<String> other) {
    return new Runner(journals, clock, listener, initiator, other);
  }

  /** The same runner, keeping its journals there. */
  Runner withJournals(Journals others) {
    return new Runner(others, clock, listener, initiator, points);
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
   * @throws Refusal when another run holds the target, naming it; or no journal can be written
   */
  public Run start(Plan plan) {
    String run = STAMP.format(clock.instant()) + "-" + random();
    Path file = journals.file(run);
    Lease lease = lease(plan.target(), run, plan.scrubber());
    try {
      Journal journal = journals.create(file);
      try {
        Map<String, Object> body = new HashMap<>(RecordCodec.of(plan.outline()));
        body.put("run", run);
        body.put("plan", plan.digest());
        body.put("initiator", initiator);
        Instant now = clock.instant();
        journal.append(now, lease.epoch(), Event.OPENED.name(), body);
        journal.force();
        points.accept("run:opened.durable");
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
    Journal journal = journals.open(file);
    try {
      RunRecord record = RunRecord.of(journal.entries()).orElseThrow(() -> neverOpened(file));
      Changes.refuseOtherSteps(record, runbook);
      Scrubber scrubber = Planner.scrubber(runbook, target);
      requirePlannedDatabase(record, target, scrubber);
      Lease lease = lease(target, record.run(), scrubber);
      try {
        fenceUnfinished(record, target, scrubber);
        Plan plan = Plan.resuming(runbook, target, clock);
        Changes.refuseOtherPlan(record, plan);
        return run(plan, file, journal, lease, record.run());
      } catch (RuntimeException | Error e) {
        closing(e, lease::close);
        throw e;
      }
    } catch (RuntimeException | Error e) {
      closing(e, journal::close);
      throw e;
    }
  }

  private Run run(Plan plan, Path file, Journal journal, Lease lease, String run) {
    RunJournal ledger = RunJournal.of(journal, plan.scrubber(), clock, listener, points);
    RunRecord record = ledger.record();
    ledger.epoch(lease.epoch());
    if (!record.state().closed()) {
      ledger.writeDurably(Event.LEASED, Map.of("holder", holder(run)));
    }
    Stop stop = new Stop();
    Checks checks = new Checks(plan.scrubber(), stop);
    Checks.Sessions sessions = () -> ReadingSession.of(plan.target(), clock, record);
    GuardWatch guards = new GuardWatch(plan.runbook().guards(), record, checks, sessions, stop);
    Execution execution =
        new Execution(plan, ledger, lease, checks, stop, guards, clock, listener, points);
    InDoubtResolution doubts = new InDoubtResolution(plan, ledger, execution, clock);
    RunLoop advance = new RunLoop(plan, ledger, checks, execution, doubts, guards, stop, clock);
    return new Run(plan, file, ledger, clock, stop, lease, advance);
  }

  /** Before lease and fence: neither may meet a database that the run has nothing to do with. */
  private void requirePlannedDatabase(RunRecord record, Target target, Scrubber scrubber) {
    try (ReadingSession reading = ReadingSession.of(target, clock, record)) {
      reading.fingerprint();
    } catch (SQLException e) {
      throw Planner.unreachable(target, e, scrubber);
    }
  }

  private Lease lease(Target target, String run, Scrubber scrubber) {
    try {
      Lease lease = target.dialect().concurrency().lease(target, holder(run));
      points.accept("run:lease.taken");
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
                  .withFix("end its session (" + step.session() + ") and resume again"),
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
