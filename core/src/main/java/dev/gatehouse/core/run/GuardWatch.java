package dev.gatehouse.core.run;

import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Guard.Reaction;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Samples guards when they are due, counts bad samples in a row, and keeps what came of it. */
final class GuardWatch {

  /** What the run has to journal: tripped with a reaction, or passing again without one. */
  record Turn(Guard guard, Optional<Reaction> reaction, List<Finding> findings) {}

  private static final class Live {
    private final Guard guard;
    private Instant due;
    private Status last = Status.PASSED;
    private int inARow;
    private boolean tripped;

    Live(Guard guard, Instant due) {
      this.guard = guard;
      this.due = due;
    }
  }

  private final List<Live> guards;
  private final Checks checks;
  private final Checks.Sessions sessions;
  private final Stop stop;
  private final List<Turn> turns = new ArrayList<>();

  GuardWatch(
      List<Guard> guards, Instant runOpened, Checks checks, Checks.Sessions sessions, Stop stop) {
    this.guards = guards.stream().map(g -> new Live(g, runOpened.plus(g.startingAfter()))).toList();
    this.checks = checks;
    this.sessions = sessions;
    this.stop = stop;
  }

  /** Asks every guard that is due. */
  synchronized void sample(Instant now) {
    for (Live live : guards) {
      if (!now.isBefore(live.due)) {
        take(live, checks.evaluate(live.guard.check(), sessions));
        live.due = now.plus(live.guard.every());
      }
    }
  }

  private void take(Live live, Outcome outcome) {
    Status status = outcome.status();
    if (status.opens()) {
      live.inARow = 0;
      if (live.tripped) {
        live.tripped = false;
        turns.add(new Turn(live.guard, Optional.empty(), List.of()));
      }
    } else {
      live.inARow = status == live.last ? live.inARow + 1 : 1;
      if (live.inARow >= live.guard.samples() && !live.tripped) {
        trip(live, outcome);
      }
    }
    live.last = status;
  }

  private void trip(Live live, Outcome outcome) {
    live.tripped = true;
    Reaction reaction = live.guard.reaction(outcome.status());
    turns.add(new Turn(live.guard, Optional.of(reaction), outcome.findings()));
    if (reaction == Reaction.ABORT || reaction == Reaction.PANIC) {
      Stop.Mode mode = reaction == Reaction.ABORT ? Stop.Mode.ABORT : Stop.Mode.PANIC;
      String why = outcome.findings().isEmpty() ? "" : outcome.findings().get(0).headline();
      stop.ask(new Stop.Request(mode, "guard '" + live.guard.name() + "'", why));
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
