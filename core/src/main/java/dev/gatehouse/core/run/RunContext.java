package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.journal.Parts;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.letter.Inbox;
import dev.gatehouse.core.letter.Judge;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** What all parts of one open run share. */
record RunContext(
    Plan plan,
    RunJournal journal,
    Lease lease,
    Stop stop,
    Checks checks,
    GuardWatch guards,
    InstantSource clock,
    RunListener listener,
    Consumer<String> points,
    Judge judge,
    Inbox inbox) {

  static RunContext of(
      Plan plan,
      RunJournal journal,
      Lease lease,
      InstantSource clock,
      RunListener listener,
      Consumer<String> points,
      Inbox inbox) {
    Stop stop = new Stop();
    Checks checks = Checks.ofRun(plan.scrubber(), stop);
    RunRecord record = journal.record();
    Judge judge = new Judge(plan.runbook().people());
    AtomicReference<Runnable> out = new AtomicReference<>(() -> {});
    Checks.Sessions sessions =
        () ->
            ReadingSession.of(
                plan.target(),
                clock,
                record,
                judge,
                connection -> out.set(plan.target().dialect().canceller(connection)));
    GuardWatch guards =
        new GuardWatch(plan.runbook().guards(), record, checks, sessions, out, stop);
    return new RunContext(
        plan, journal, lease, stop, checks, guards, clock, listener, points, judge, inbox);
  }

  Hearing hearing() {
    return new Hearing(this, new Decisions(this));
  }

  RunRecord record() {
    return journal.record();
  }

  /** The same for every attempt at the step, or at its undo, in this run. */
  String key(BoundStep step, boolean undo) {
    return record().run() + "/" + step.name() + (undo ? "/undo" : "");
  }

  /** The same for every attempt at the part, at taking it back, or at that part of the undo. */
  String key(BoundStep step, Parts.Way way, int part) {
    String key = key(step, way != Parts.Way.APPLY) + "/" + part;
    return way == Parts.Way.TAKE_BACK ? key + "/back" : key;
  }

  ReadingSession reading() {
    return reading(connection -> {});
  }

  /**
   * @param opened is told of the connection, so that it can get out of there whoever asks by it
   */
  ReadingSession reading(ReadingSession.Opened opened) {
    return ReadingSession.of(plan.target(), clock, record(), judge, opened);
  }

  Concurrency concurrency() {
    return plan.target().dialect().concurrency();
  }

  void reached(BoundStep step, CrashPoint point) {
    points.accept(point.of(step.name()));
  }
}
