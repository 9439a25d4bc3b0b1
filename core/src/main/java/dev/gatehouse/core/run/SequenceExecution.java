package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.PartRecord;
import dev.gatehouse.core.journal.PartState;
import dev.gatehouse.core.journal.Parts;
import dev.gatehouse.core.journal.Parts.Way;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect.InSequence;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The parts of one effect, of its undo, or what takes parts back, one after the other in one
 * session that holds the latch.
 *
 * <p>For each: standing checks asked, looked whether the world is as the part leaves it, lease
 * verified again, space reserved, intent of the part durable, part applied, its outcome durable.
 * Goes on behind the parts that are known to be in effect; what became of a part that failed stands
 * in the outcome of the step, so that both are known or neither.
 */
final class SequenceExecution {

  /** A part whose turn it is, and what is executed. */
  private record Turn(int number, String name, InSequence.Part act) {}

  private final RunContext run;
  private final BoundStep step;
  private final Way way;
  private final Connection connection;
  private final Function<String, WorkingSession> sessions;

  /**
   * @param sessions what a part works with under its key
   */
  SequenceExecution(
      RunContext run,
      BoundStep step,
      Way way,
      Connection connection,
      Function<String, WorkingSession> sessions) {
    this.run = run;
    this.step = step;
    this.way = way;
    this.connection = connection;
    this.sessions = sessions;
  }

  /** All that is left to do; the latch is held. */
  Attempt execute(InSequence effect, List<Check> standing) {
    for (Turn turn : turns(effect)) {
      try (WorkingSession working = sessions.apply(run.key(step, way, turn.number))) {
        boolean found;
        try {
          working.progress().continuing();
          standing.forEach(working::require);
          found = turn.act.isSo(working, working.key());
        } catch (Exception e) {
          run.stop().heed(e);
          return Attempt.clean(run, way != Way.APPLY, Attempt.findings(run, e));
        }
        Optional<Attempt> ended = execute(effect, turn, found, working);
        if (ended.isPresent()) {
          return ended.get();
        }
      }
    }
    return ended();
  }

  private StepRecord record() {
    return run.record().step(step.name()).orElseThrow();
  }

  private List<Turn> turns(InSequence effect) {
    List<PartRecord> known = (way == Way.UNDO ? record().undoParts() : record().parts()).all();
    return way == Way.TAKE_BACK ? back(effect, known) : forth(effect, known);
  }

  private static List<Turn> forth(InSequence effect, List<PartRecord> known) {
    List<Turn> turns = new ArrayList<>();
    List<InSequence.Part> parts = effect.parts();
    for (int at = 0; at < parts.size(); at++) {
      if (at >= known.size() || !done(known.get(at).state())) {
        turns.add(new Turn(at + 1, parts.get(at).name(), parts.get(at)));
      }
    }
    return turns;
  }

  private static boolean done(PartState state) {
    return state == PartState.APPLIED || state == PartState.FOUND;
  }

  /** Last first, up to the first that stays. */
  private static List<Turn> back(InSequence effect, List<PartRecord> known) {
    List<Turn> turns = new ArrayList<>();
    for (int at = known.size() - 1; at >= 0; at--) {
      if (known.get(at).state().inEffect()) {
        InSequence.Part part = effect.parts().get(at);
        if (part.inverse().isEmpty()) {
          return turns;
        }
        turns.add(new Turn(at + 1, part.name(), part.inverse().get()));
      }
    }
    return turns;
  }

  /**
   * Empty when it is done.
   *
   * @param found the world is as the part leaves it: an undo has nothing to do then; whether a part
   *     of the effect may do nothing, the server says
   */
  private Optional<Attempt> execute(
      InSequence effect, Turn turn, boolean found, WorkingSession working) {
    // Whoever took the lease away ended the session that holds the latch, so what follows is safe.
    run.lease().verify();
    run.journal().reserve();
    run.reached(step, CrashPoint.PART_CHECKED);
    run.journal()
        .partIntent(step.name(), way, turn.number, effect.parts().size(), turn.name, found);
    Evidence evidence;
    try {
      evidence =
          found && way != Way.APPLY
              ? working.evidence().with("found", turn.name)
              : turn.act.apply(working);
      run.reached(step, CrashPoint.PART_APPLIED);
    } catch (Exception e) {
      run.stop().heed(e);
      return Optional.of(failed(turn, e));
    }
    PartState done =
        way == Way.TAKE_BACK ? PartState.TAKEN_BACK : found ? PartState.FOUND : PartState.APPLIED;
    run.journal().partOutcome(step.name(), new Parts.Told(way, turn.number, done), evidence);
    return Optional.empty();
  }

  /** The part says that it failed; the world says what it left. */
  private Attempt failed(Turn turn, Exception e) {
    List<Finding> findings =
        Attempt.findings(run, e).stream().map(finding -> named(turn, finding)).toList();
    Kind seen = Attempt.inDoubt(run, connection, e) ? Kind.UNKNOWN : look(turn, e);
    if (seen == Kind.UNKNOWN) {
      return Attempt.doubt(e, findings);
    }
    PartRecord part = Answer.inFlight(record()).orElseThrow();
    if (part.found() && seen == Kind.APPLIED) {
      seen = Kind.NOT_APPLIED;
    }
    boolean ready = seen == Kind.NOT_APPLIED || (seen == Kind.REPEATABLE && Attempt.paused(run));
    boolean undo = way != Way.APPLY;
    Attempt failed =
        ready
            ? Attempt.clean(run, undo, findings)
            : Attempt.partial(undo, findings, Optional.empty());
    return failed.at(new Parts.Told(way, turn.number, Answer.told(way, seen, part)));
  }

  /** Of so many parts, a reader must know which one it was. */
  private Finding named(Turn turn, Finding finding) {
    String back = way == Way.TAKE_BACK ? "taking back " : "";
    return finding.withHeadline(back + "'" + turn.name + "': " + finding.headline());
  }

  private Kind look(Turn turn, Exception e) {
    try (ReadingSession reading = run.reading()) {
      String key = run.key(step, way, turn.number);
      return Attempt.left(turn.act.probe(reading, key).kind(), e);
    } catch (Exception unreadable) {
      return Kind.UNKNOWN;
    }
  }

  private Attempt ended() {
    Evidence evidence = Evidence.at(run.clock().instant()).with("parts", told());
    if (way != Way.TAKE_BACK) {
      return Attempt.succeeded(way == Way.UNDO, evidence);
    }
    return record().parts().inEffect().isEmpty()
        ? Attempt.succeeded(true, evidence)
        : Attempt.partial(false, List.of(), Optional.of(evidence));
  }

  private String told() {
    return (way == Way.UNDO ? record().undoParts() : record().parts()).text();
  }
}
