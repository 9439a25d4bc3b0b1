package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Contention;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One effect, in the only order that is safe: lease, reserved space, durable intent, latch, effect,
 * marker, commit, durable outcome. The only place that calls an effect.
 */
final class Execution {

  /** What an attempt came to: a state for the journal, or doubt. */
  private record Result(StepState state, List<Finding> findings, Optional<Evidence> evidence) {}

  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

  private final Plan plan;
  private final RunJournal ledger;
  private final Lease lease;
  private final Checks checks;
  private final Stop stop;
  private final GuardWatch guards;
  private final InstantSource clock;
  private final RunListener listener;
  private final Consumer<String> points;
  private final Map<String, Integer> attempts = new HashMap<>();
  private final List<Finding> noticed = new ArrayList<>();

  Execution(
      Plan plan,
      RunJournal ledger,
      Lease lease,
      Checks checks,
      Stop stop,
      GuardWatch guards,
      InstantSource clock,
      RunListener listener,
      Consumer<String> points) {
    this.plan = plan;
    this.ledger = ledger;
    this.lease = lease;
    this.checks = checks;
    this.stop = stop;
    this.guards = guards;
    this.clock = clock;
    this.listener = listener;
    this.points = points;
  }

  /** The same for every attempt at the step, or at its undo, in this run. */
  String key(BoundStep step, boolean undo) {
    return ledger.record().run() + "/" + step.name() + (undo ? "/undo" : "");
  }

  /**
   * Does it, or undoes it, and journals what came of it.
   *
   * @param standing checks that must still hold at the point of no return
   */
  void execute(BoundStep step, boolean undo, List<Check> standing) {
    Effect effect = (undo ? step.undo() : step.effect()).orElseThrow();
    lease.verify();
    points.accept(step.name() + ":lease.verified");
    ledger.reserve();
    points.accept(step.name() + ":space.reserved");
    noticed.clear();
    Result result =
        effect instanceof Effect.External external
            ? external(step, undo, external)
            : inDatabase(step, undo, effect, standing);
    boolean once = undo || effect.attempts() == 1;
    int attempt = once ? 1 : attempts.merge(step.name(), 1, Integer::sum);
    if (!once && attempt < effect.attempts() && othersStoodInTheWay(result)) {
      // Nothing took effect: the step is ready again, and so it is for a run that is resumed here.
      ledger.outcome(step.name(), StepState.PENDING, result.findings(), Optional.empty());
      Pause.before(attempt + 1, stop);
      return;
    }
    ledger.outcome(
        step.name(),
        result.state(),
        Stream.concat(result.findings().stream(), noticed.stream()).toList(),
        result.evidence().map(proof -> attempt == 1 ? proof : proof.with("attempts", attempt)));
  }

  private boolean othersStoodInTheWay(Result result) {
    return result.state() == StepState.FAILED_CLEAN
        && stop.pending().isEmpty()
        && !result.findings().isEmpty()
        && result.findings().stream().allMatch(one -> one.code().startsWith(Contention.CODE));
  }

  private Result external(BoundStep step, boolean undo, Effect.External effect) {
    intend(step, undo, "");
    String key = key(step, undo);
    try (Watcher watcher = new Watcher(guards, stop, clock, lease);
        WorkingSession working = working(step, key, null)) {
      watcher.stopWithoutLease();
      watcher.begin();
      stop.entering(Thread.currentThread()::interrupt, undo);
      Evidence evidence = effect.apply(working);
      points.accept(step.name() + ":effect.applied");
      return succeeded(undo, evidence);
    } catch (Exception e) {
      stop.left();
      stop.heed(e);
      return afterFailure(step, undo, effect, e);
    } finally {
      stop.left();
    }
  }

  private Result inDatabase(BoundStep step, boolean undo, Effect effect, List<Check> standing) {
    Target target = plan.target();
    Connection connection;
    try {
      connection = target.dialect().openWriting(target);
    } catch (Exception e) {
      return clean(undo, findings(e));
    }
    try {
      Optional<Result> unready = prepare(step, undo, connection);
      if (unready.isPresent()) {
        return unready.get();
      }
      try (Watcher watcher = new Watcher(guards, stop, clock, lease);
          WorkingSession working = working(step, key(step, undo), connection)) {
        watcher.begin();
        return effect instanceof Effect.InTransaction all
            ? transactional(step, undo, all, standing, working, connection)
            : inSession(step, undo, (Effect.InSession) effect, working, connection);
      }
    } finally {
      stop.left();
      ReadingSession.closeQuietly(connection);
    }
  }

  /** All that comes before the effect; a result when it failed there, with nothing done. */
  private Optional<Result> prepare(BoundStep step, boolean undo, Connection connection) {
    Target target = plan.target();
    try {
      ReadingSession.recognised(target, connection, plan.outline().fingerprint());
      String session = concurrency().session(connection);
      points.accept(step.name() + ":session.opened");
      intend(step, undo, session);
      stop.entering(target.dialect().canceller(connection), undo);
      return Optional.empty();
    } catch (Exception e) {
      return Optional.of(clean(undo, findings(e)));
    }
  }

  private Result transactional(
      BoundStep step,
      boolean undo,
      Effect.InTransaction effect,
      List<Check> standing,
      WorkingSession working,
      Connection connection) {
    Effect.InTransaction.Prepared prepared;
    try {
      prepared = effect.prepare(working);
    } catch (Exception e) {
      stop.heed(e);
      return clean(undo, findings(e));
    }
    try {
      return committed(step, undo, prepared, standing, working, connection);
    } finally {
      closeQuietly(prepared, step);
    }
  }

  /** What became of the effect is known by then, and is not changed by what could not be tidied. */
  private static void closeQuietly(Effect.InTransaction.Prepared prepared, BoundStep step) {
    try {
      prepared.close();
    } catch (IOException | RuntimeException e) {
      LOG.warn("what '{}' had prepared could not be closed: {}", step.name(), e.getClass());
    }
  }

  private Result committed(
      BoundStep step,
      boolean undo,
      Effect.InTransaction.Prepared prepared,
      List<Check> standing,
      WorkingSession working,
      Connection connection) {
    try {
      // What the preparation could be interrupted by is over.
      stop.entering(plan.target().dialect().canceller(connection), undo);
      working.progress().continuing();
      concurrency().begin(connection);
    } catch (Exception e) {
      stop.heed(e);
      return clean(undo, findings(e));
    }
    points.accept(step.name() + ":latch.taken");
    Evidence evidence;
    try {
      evidence = prepared.apply(working);
      points.accept(step.name() + ":effect.applied");
      standing.forEach(working::require);
      working.progress().continuing();
      lease.verify();
      concurrency().mark(connection, marker(step, undo));
      points.accept(step.name() + ":marker.written");
    } catch (Exception e) {
      stop.heed(e);
      try {
        concurrency().rollback(connection);
      } catch (Exception again) {
        return doubt(e);
      }
      return e instanceof SQLException error && concurrency().inDoubt(connection, error)
          ? doubt(e)
          : clean(undo, findings(e));
    }
    try {
      concurrency().commit(connection);
      points.accept(step.name() + ":committed");
      if (concurrency().marker(connection, key(step, undo)).isEmpty()) {
        return clean(undo, List.of(silentlyRolledBack(step)));
      }
      points.accept(step.name() + ":marker.read");
      return succeeded(undo, evidence);
    } catch (Exception e) {
      return doubt(e);
    }
  }

  private Result inSession(
      BoundStep step,
      boolean undo,
      Effect.InSession effect,
      WorkingSession working,
      Connection connection) {
    try {
      concurrency().latch(connection);
      // Whoever took the lease away ended the session that held the latch, not those to come.
      lease.verify();
    } catch (Exception e) {
      return clean(undo, findings(e));
    }
    points.accept(step.name() + ":latch.taken");
    try {
      Evidence evidence = effect.apply(working);
      points.accept(step.name() + ":effect.applied");
      return succeeded(undo, evidence);
    } catch (Exception e) {
      stop.heed(e);
      return e instanceof SQLException error && concurrency().inDoubt(connection, error)
          ? doubt(e)
          : afterFailure(step, undo, effect, e);
    }
  }

  /** The effect says that it failed; the world says what it left. */
  private Result afterFailure(BoundStep step, boolean undo, Effect.Probed effect, Exception e) {
    ProbeResult truth;
    try (ReadingSession reading = ReadingSession.of(plan.target(), clock, ledger.record())) {
      truth = effect.probe(reading, key(step, undo));
    } catch (Exception unreadable) {
      return doubt(e);
    }
    return switch (truth.kind()) {
      case NOT_APPLIED -> clean(undo, findings(e));
      case APPLIED -> partial(undo, e, Optional.of(truth.evidence()));
      case PARTIAL, REPEATABLE -> partial(undo, e, Optional.empty());
      // an effect that says itself that it has ended is not in doubt, however much it left behind
      case UNKNOWN -> e instanceof StepFailed ? partial(undo, e, Optional.empty()) : doubt(e);
    };
  }

  private void intend(BoundStep step, boolean undo, String session) {
    ledger.writeDurably(
        Event.INTENT,
        Map.of("step", step.name(), "key", key(step, undo), "session", session, "undo", undo));
  }

  private WorkingSession working(BoundStep step, String key, @Nullable Connection connection) {
    ReadingSession reading = ReadingSession.of(plan.target(), clock, ledger.record());
    return new WorkingSession(
        step.name(), key, new Moves(step.name()), checks, reading, connection);
  }

  private Concurrency.Marker marker(BoundStep step, boolean undo) {
    return new Concurrency.Marker(
        key(step, undo), ledger.record().run(), step.name(), plan.digest(), ledger.head());
  }

  private Concurrency concurrency() {
    return plan.target().dialect().concurrency();
  }

  private static Result succeeded(boolean undo, Evidence evidence) {
    StepState state = undo ? StepState.UNDONE : StepState.SUCCEEDED;
    return new Result(state, List.of(), Optional.of(evidence));
  }

  private Result clean(boolean undo, List<Finding> findings) {
    if (undo) {
      return new Result(StepState.UNDO_FAILED, findings, Optional.empty());
    }
    boolean paused = stop.pending().filter(asked -> asked.mode() == Stop.Mode.PAUSE).isPresent();
    StepState state = paused ? StepState.PENDING : StepState.FAILED_CLEAN;
    return new Result(state, findings, Optional.empty());
  }

  /** With what the world tells of it: its undo may need that. */
  private Result partial(boolean undo, Exception e, Optional<Evidence> evidence) {
    StepState state = undo ? StepState.UNDO_FAILED : StepState.FAILED_PARTIAL;
    return new Result(state, findings(e), evidence);
  }

  private Result doubt(Exception e) {
    return new Result(StepState.IN_DOUBT, findings(e), Optional.empty());
  }

  private List<Finding> findings(Exception e) {
    if (e instanceof StepFailed failed) {
      return failed.findings();
    }
    if (e instanceof Refusal refusal) {
      return refusal.findings();
    }
    Scrubber scrubber = plan.scrubber();
    Optional<Contention.Clash> clash =
        e instanceof SQLException error
            ? plan.target().dialect().contention().flatMap(by -> by.clash(error))
            : Optional.empty();
    if (clash.isPresent()) {
      return List.of(
          Finding.of(clash.get().code(), clash.get().headline())
              .withExpected("nobody in the way")
              .withFound(scrubber.describe(e))
              .withFix("run it again" + clash.get().remedy() + "; nothing is wrong with the step"));
    }
    return List.of(
        Finding.of("step.broke", "the step broke")
            .withFound(scrubber.describe(e))
            .withFix("fix the cause, then plan and run the runbook again"));
  }

  private static Finding silentlyRolledBack(BoundStep step) {
    return Finding.of("commit.rolled-back", "the commit returned, yet nothing was committed")
        .withExpected("the marker row of '" + step.name() + "'")
        .withFound("no marker row")
        .withFix(
            "look for a statement that ends or aborts the transaction in '" + step.name() + "'");
  }

  /** Progress of one step, told to the run's listener; stops where the effect says it may. */
  private final class Moves implements Progress {
    private final String step;

    Moves(String step) {
      this.step = step;
    }

    @Override
    public void moved(long bytes, long total) {
      listener.moved(step, bytes, total);
    }

    @Override
    public void reached(String point) {
      points.accept(step + ":" + point);
    }

    @Override
    public void noticed(Finding finding) {
      noticed.add(finding);
    }

    @Override
    public void continuing() {
      if (stop.stopsEffect()) {
        Stop.Request asked = stop.pending().orElseThrow();
        throw new StepFailed(
            Finding.of("run.stopped", asked.who() + " stopped the run: " + asked.why())
                .withFix("see what was undone; then plan and run the runbook again"));
      }
    }

    @Override
    public void interruptibleBy(Runnable interrupt) {
      stop.interruptibleBy(interrupt);
    }
  }
}
