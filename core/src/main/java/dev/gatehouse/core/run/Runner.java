package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Bodies;
import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.journal.Storage;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
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

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;
  private final InstantSource clock;
  private final RunListener listener;
  private final String initiator;
  private final Consumer<String> points;

  private Runner(
      Path directory,
      InstantSource clock,
      RunListener listener,
      String initiator,
      Consumer<String> points) {
    this.directory = directory;
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
        directory.toAbsolutePath().normalize(),
        InstantSource.system(),
        new RunListener() {},
        System.getProperty("user.name", "unknown"),
        point -> {});
  }

  /** The same runner by another clock. */
  public Runner withClock(InstantSource other) {
    return new Runner(directory, other, listener, initiator, points);
  }

  /** The same runner, telling that listener. */
  public Runner withListener(RunListener other) {
    return new Runner(directory, clock, other, initiator, points);
  }

  /** The same runner, started by that person; by default the operating system's user. */
  public Runner startedBy(String who) {
    return new Runner(directory, clock, listener, who, points);
  }

  /**
   * The same runner, telling each point between two durable actions before it goes on. Fault tests
   * stop the process there.
   */
  public Runner withPoints(Consumer<String> other) {
    return new Runner(directory, clock, listener, initiator, other);
  }

  /** Starts the plan, advances it to its end, and closes it. */
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
    Path file = directory.resolve(run + ".journal");
    Lease lease = lease(plan.target(), run);
    try {
      Journal journal = Journal.create(storage(file), signer());
      try {
        Map<String, Object> body = new HashMap<>(Bodies.of(plan.outline()));
        body.put("run", run);
        body.put("plan", plan.digest());
        body.put("initiator", initiator);
        Instant now = clock.instant();
        journal.append(now, lease.epoch(), Event.OPENED.name(), body);
        journal.force();
        points.accept("run:opened.durable");
        return run(plan, file, journal, lease, run);
      } catch (RuntimeException | Error e) {
        journal.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      lease.close();
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
    Journal journal = Journal.open(storage(file), signer());
    try {
      RunRecord record = RunRecord.of(journal.entries()).orElseThrow(() -> neverOpened(file));
      Changes.refuseOtherSteps(record, runbook);
      Lease lease = lease(target, record.run());
      try {
        fenceUnfinished(record, target);
        Plan plan = Plan.of(runbook, target, clock);
        Changes.refuseOtherPlan(record, plan);
        return run(plan, file, journal, lease, record.run());
      } catch (RuntimeException | Error e) {
        lease.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      journal.close();
      throw e;
    }
  }

  private Run run(Plan plan, Path file, Journal journal, Lease lease, String run) {
    Ledger ledger = Ledger.of(journal, plan.scrubber(), clock, listener, points);
    RunRecord record = ledger.record();
    ledger.epoch(lease.epoch());
    if (!record.state().closed()) {
      ledger.writeDurably(Event.LEASED, Map.of("holder", holder(run)));
    }
    Stop stop = new Stop();
    Checks checks = new Checks(plan.scrubber());
    Checks.Sessions sessions = () -> ReadingSession.of(plan.target(), clock, record);
    GuardWatch guards =
        new GuardWatch(plan.runbook().guards(), record.opened(), checks, sessions, stop);
    Execution execution =
        new Execution(plan, ledger, lease, checks, stop, guards, clock, listener, points);
    Doubts doubts = new Doubts(plan, ledger, execution, clock);
    Advance advance =
        new Advance(plan, ledger, checks, sessions, execution, doubts, guards, stop, clock);
    return new Run(plan, file, ledger, clock, stop, lease, advance);
  }

  private Lease lease(Target target, String run) {
    try {
      Lease lease = target.dialect().concurrency().lease(target, holder(run));
      points.accept("run:lease.taken");
      return lease;
    } catch (SQLException e) {
      throw new Refusal(
          Finding.of("lease.unreachable", "cannot take the lease of '" + target.name() + "'")
              .withFound(String.valueOf(e.getMessage()))
              .withFix("see what the dialect needs to keep its lease; no lease, no effect"),
          e);
    }
  }

  /**
   * Ends what a crashed runner may have left under way, before anything is read as if it were
   * final.
   */
  private static void fenceUnfinished(RunRecord record, Target target) {
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
                  .withFound(String.valueOf(e.getMessage()))
                  .withFix("end its session (" + step.session() + ") and resume again"),
              e);
        }
      }
    }
  }

  private String holder(String run) {
    return "run " + run + ", process " + ProcessHandle.current().pid() + ", by " + initiator;
  }

  private Storage storage(Path file) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null && !Files.isDirectory(parent)) {
        Files.createDirectories(parent, PRIVATE);
      }
      return Storage.open(file);
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("journal.unwritable", "cannot open a journal")
              .withExpected("a file this process may create and lock: " + file)
              .withFound(String.valueOf(e.getMessage()))
              .withFix("give the runner a journal directory it owns: Runner.journalingTo(path)"),
          e);
    }
  }

  private Signer signer() {
    try {
      return Signer.in(directory.resolve("keys"));
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("journal.no-key", "cannot read or make the key that signs journals")
              .withExpected("a directory this process may write: " + directory.resolve("keys"))
              .withFound(String.valueOf(e.getMessage()))
              .withFix("give the runner a journal directory it owns: Runner.journalingTo(path)"),
          e);
    }
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
