package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Guard.Reaction;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Samples guards when they are due, counts bad samples in a row, and keeps what came of it. */
final class GuardWatch {

  /** What the run has to journal: tripped with a reaction, or passing again without one. */
  record Turn(Guard guard, Optional<Reaction> reaction, List<Finding> findings) {}

  private static final class Live {
    private final Guard guard;
    private final Check check;
    private Instant due;
    private int bad;
    private int failed;
    private @Nullable Reaction tripped;

    Live(Guard guard, Instant due, @Nullable Reaction tripped) {
      this.guard = guard;
      this.check = guard.check().watching();
      this.due = due;
      this.tripped = tripped;
    }
  }

  private final List<Live> guards = new ArrayList<>();
  private final Checks checks;
  private final Checks.Sessions sessions;
  private final Stop stop;
  private final List<Turn> turns = new ArrayList<>();
  private final AtomicReference<Runnable> out;

  /**
   * Goes on where the record stands: a guard that held a run before a crash holds it still, and a
   * stop that one asked for and nobody obeyed yet is asked for again.
   *
   * @param out gets whoever is asked now out of there, by the sessions
   */
  GuardWatch(
      List<Guard> guards,
      RunRecord record,
      Checks checks,
      Checks.Sessions sessions,
      AtomicReference<Runnable> out,
      Stop stop) {
    this.out = out;
    this.checks = checks;
    this.sessions = sessions;
    this.stop = stop;
    for (Guard guard : guards) {
      RunRecord.Guarded known = record.trippedGuards().get(guard.name());
      Reaction tripped = known == null ? null : Reaction.valueOf(known.reaction());
      this.guards.add(new Live(guard, record.opened().plus(guard.startingAfter()), tripped));
      if (known != null && tripped != null && !record.undoing() && !record.panicked()) {
        stopIfAsked(guard, tripped, known.findings());
      }
    }
  }

  /** Whether one is due. */
  synchronized boolean isDue(Instant now) {
    return guards.stream().anyMatch(live -> !now.isBefore(live.due));
  }

  /** A server that stands still keeps a guard waiting, and must not keep those who stop the run. */
  void interrupt() {
    Runnable way = out.get();
    if (way != null) {
      way.run();
    }
  }

  /** Asks every guard that is due. */
  synchronized void sample(Instant now) {
    for (Live live : guards) {
      if (!now.isBefore(live.due)) {
        take(live, checks.evaluate(live.check, sessions));
        live.due = now.plus(live.guard.every());
      }
    }
  }

  /**
   * Missing data neither adds to failures nor clears them, but it counts as bad: a source that
   * flaps between failing and silence is not healthy.
   */
  private void take(Live live, Outcome outcome) {
    Status status = outcome.status();
    if (status.opens()) {
      live.bad = 0;
      live.failed = 0;
      if (live.tripped != null) {
        live.tripped = null;
        turns.add(new Turn(live.guard, Optional.empty(), List.of()));
      }
      return;
    }
    live.bad++;
    if (status == Status.FAILED) {
      live.failed++;
    }
    if (live.failed >= live.guard.samples()) {
      trip(live, live.guard.onFailure(), outcome);
    } else if (live.bad >= live.guard.samples()) {
      trip(live, live.guard.onNoData(), outcome);
    }
  }

  /** A guard that has tripped already trips again only for a harder reaction. */
  private void trip(Live live, Reaction reaction, Outcome outcome) {
    if (live.tripped == null || reaction.compareTo(live.tripped) > 0) {
      live.tripped = reaction;
      turns.add(new Turn(live.guard, Optional.of(reaction), outcome.findings()));
      stopIfAsked(live.guard, reaction, outcome.findings());
    }
  }

  private void stopIfAsked(Guard guard, Reaction reaction, List<Finding> findings) {
    if (reaction == Reaction.ABORT || reaction == Reaction.PANIC) {
      Stop.Mode mode = reaction == Reaction.ABORT ? Stop.Mode.ABORT : Stop.Mode.PANIC;
      String why = findings.isEmpty() ? "" : findings.get(0).headline();
      stop.ask(new Stop.Request(mode, "guard '" + guard.name() + "'", why));
    }
  }

  /** What happened since the last call. */
  synchronized List<Turn> turns() {
    List<Turn> taken = List.copyOf(turns);
    turns.clear();
    return taken;
  }

  /** When the next sample is due. */
  synchronized Optional<Instant> due() {
    return guards.stream().map(live -> live.due).min(Instant::compareTo);
  }
}
