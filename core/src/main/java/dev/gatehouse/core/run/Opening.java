package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency;
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

/** How a run is opened, begun or gone on with: freeze, lease, journal, and what a crash left. */
record Opening(
    Journals journals,
    InstantSource clock,
    RunListener listener,
    String initiator,
    Consumer<String> points,
    Optional<Duration> silence,
    String exempt,
    Audience audience) {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  private static final RunListener NOBODY = new RunListener() {};

  static Opening in(Journals journals) {
    return new Opening(
        journals,
        InstantSource.system(),
        NOBODY,
        System.getProperty("user.name", "unknown"),
        point -> {},
        Optional.empty(),
        "",
        Audience.NOBODY);
  }

  Opening into(Journals others) {
    return new Opening(others, clock, listener, initiator, points, silence, exempt, audience);
  }

  Opening by(InstantSource other) {
    return new Opening(journals, other, listener, initiator, points, silence, exempt, audience);
  }

  Opening telling(RunListener other) {
    return new Opening(journals, clock, other, initiator, points, silence, exempt, audience);
  }

  Opening to(Audience told) {
    return new Opening(journals, clock, listener, initiator, points, silence, exempt, told);
  }

  Opening startedBy(String who) {
    return new Opening(journals, clock, listener, who, points, silence, exempt, audience);
  }

  Opening passing(Consumer<String> other) {
    return new Opening(journals, clock, listener, initiator, other, silence, exempt, audience);
  }

  Opening inFreezeOf(String who) {
    return new Opening(journals, clock, listener, initiator, points, silence, who, audience);
  }

  Opening takingOverAfter(Duration limit) {
    return new Opening(
        journals, clock, listener, initiator, points, Optional.of(limit), exempt, audience);
  }

  /** Tells what is left to tell of a run that nobody drives. */
  RunRecord tell(Path file, Duration patience) {
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

  Run start(Plan plan, Runnable others) {
    Initiators.refuse(plan, initiators());
    new Freezes(journals.directory())
        .refuse(plan.target().name(), plan.outline().fingerprint(), exempt);
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

  Run resume(Runbook runbook, Target target, Path file) {
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

  static Refusal neverOpened(Path file) {
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
