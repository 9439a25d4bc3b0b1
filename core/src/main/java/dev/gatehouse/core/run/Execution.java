package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Contention;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Event;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One effect, in the only order that is safe. The only place that calls an effect.
 *
 * <p>In a transaction: lease verified, space reserved, session opened, intent durable, effect
 * prepared, latch taken as the transaction begins, effect applied, standing checks asked and lease
 * verified again, marker, commit, marker read, outcome durable. In a session: the lease is verified
 * again under the latch, before the effect. Outside the database: neither session nor latch.
 */
final class Execution {

  /** What an attempt came to: a state for the journal, or doubt. */
  private record Result(StepState state, List<Finding> findings, Optional<Evidence> evidence) {}

  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

  private final RunContext run;
  private final Map<String, Integer> attempts = new HashMap<>();
  private final List<Finding> noticed = new ArrayList<>();

  Execution(RunContext run) {
    this.run = run;
  }

  /**
   * Does it, or undoes it, and journals what came of it.
   *
   * @param standing checks that must still hold at the point of no return
   */
  void execute(BoundStep step, boolean undo, List<Check> standing) {
    Effect effect = (undo ? step.undo() : step.effect()).orElseThrow();
    run.lease().verify();
    run.reached(step, CrashPoint.LEASE_VERIFIED);
    run.journal().reserve();
    run.reached(step, CrashPoint.SPACE_RESERVED);
    noticed.clear();
    Result result =
        effect instanceof Effect.External external
            ? external(step, undo, external)
            : inDatabase(step, undo, effect, standing);
    boolean once = undo || effect.attempts() == 1;
    int attempt = once ? 1 : attempts.merge(step.name(), 1, Integer::sum);
    if (!once && attempt < effect.attempts() && othersStoodInTheWay(result)) {
      // Nothing took effect: the step is ready again, and so it is for a run that is resumed here.
      run.journal().outcome(step.name(), StepState.PENDING, result.findings(), Optional.empty());
      Pause.before(attempt + 1, run.stop());
      return;
    }
    run.journal()
        .outcome(
            step.name(),
            result.state(),
            Stream.concat(result.findings().stream(), noticed.stream()).toList(),
            result.evidence().map(proof -> attempt == 1 ? proof : proof.with("attempts", attempt)));
  }

  private boolean othersStoodInTheWay(Result result) {
    return result.state() == StepState.FAILED_CLEAN
        && run.stop().pending().isEmpty()
        && !result.findings().isEmpty()
        && result.findings().stream().allMatch(one -> one.code().startsWith(Contention.CODE));
  }

  private Result external(BoundStep step, boolean undo, Effect.External effect) {
    intend(step, undo, "");
    String key = run.key(step, undo);
    try (Watcher watcher = new Watcher(run);
        WorkingSession working = working(step, key, null)) {
      watcher.stopWithoutLease();
      watcher.begin();
      run.stop().entering(Thread.currentThread()::interrupt, undo);
      Evidence evidence = effect.apply(working);
      run.reached(step, CrashPoint.EFFECT_APPLIED);
      return succeeded(undo, evidence);
    } catch (Exception e) {
      run.stop().left();
      run.stop().heed(e);
      return afterFailure(step, undo, effect, e);
    } finally {
      run.stop().left();
    }
  }

  private Result inDatabase(BoundStep step, boolean undo, Effect effect, List<Check> standing) {
    Target target = run.plan().target();
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
      try (Watcher watcher = new Watcher(run);
          WorkingSession working = working(step, run.key(step, undo), connection)) {
        watcher.begin();
        return effect instanceof Effect.InTransaction all
            ? transactional(step, undo, all, standing, working, connection)
            : inSession(step, undo, (Effect.InSession) effect, working, connection);
      }
    } finally {
      run.stop().left();
      ReadingSession.closeQuietly(connection);
    }
  }

  /** All that comes before the effect; a result when it failed there, with nothing done. */
  private Optional<Result> prepare(BoundStep step, boolean undo, Connection connection) {
    Target target = run.plan().target();
    try {
      ReadingSession.recognised(target, connection, run.plan().outline().fingerprint());
      String session = run.concurrency().session(connection);
      run.reached(step, CrashPoint.SESSION_OPENED);
      intend(step, undo, session);
      run.stop().entering(target.dialect().canceller(connection), undo);
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
      run.stop().heed(e);
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
      run.stop().entering(run.plan().target().dialect().canceller(connection), undo);
      working.progress().continuing();
      run.concurrency().begin(connection);
    } catch (Exception e) {
      run.stop().heed(e);
      return clean(undo, findings(e));
    }
    run.reached(step, CrashPoint.LATCH_TAKEN);
    Evidence evidence;
    try {
      evidence = prepared.apply(working);
      run.reached(step, CrashPoint.EFFECT_APPLIED);
      standing.forEach(working::require);
      working.progress().continuing();
      run.lease().verify();
      run.concurrency().mark(connection, marker(step, undo));
      run.reached(step, CrashPoint.MARKER_WRITTEN);
    } catch (Exception e) {
      run.stop().heed(e);
      try {
        run.concurrency().rollback(connection);
      } catch (Exception again) {
        return doubt(e);
      }
      return e instanceof SQLException error && run.concurrency().inDoubt(connection, error)
          ? doubt(e)
          : clean(undo, findings(e));
    }
    try {
      run.concurrency().commit(connection);
      run.reached(step, CrashPoint.COMMITTED);
      if (run.concurrency().marker(connection, run.key(step, undo)).isEmpty()) {
        return clean(undo, List.of(silentlyRolledBack(step)));
      }
      run.reached(step, CrashPoint.MARKER_READ);
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
      run.concurrency().latch(connection);
      // Whoever took the lease away ended the session that held the latch, not those to come.
      run.lease().verify();
    } catch (Exception e) {
      return clean(undo, findings(e));
    }
    run.reached(step, CrashPoint.LATCH_TAKEN);
    try {
      Evidence evidence = effect.apply(working);
      run.reached(step, CrashPoint.EFFECT_APPLIED);
      return succeeded(undo, evidence);
    } catch (Exception e) {
      run.stop().heed(e);
      return e instanceof SQLException error && run.concurrency().inDoubt(connection, error)
          ? doubt(e)
          : afterFailure(step, undo, effect, e);
    }
  }

  /** The effect says that it failed; the world says what it left. */
  private Result afterFailure(BoundStep step, boolean undo, Effect.Probed effect, Exception e) {
    ProbeResult truth;
    try (ReadingSession reading = run.reading()) {
      truth = effect.probe(reading, run.key(step, undo));
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
    run.journal()
        .writeDurably(
            Event.INTENT,
            Map.of(
                "step", step.name(), "key", run.key(step, undo), "session", session, "undo", undo));
  }

  private WorkingSession working(BoundStep step, String key, @Nullable Connection connection) {
    ReadingSession reading = run.reading();
    return new WorkingSession(
        step.name(), key, new Moves(step.name()), run.checks(), reading, connection);
  }

  private Concurrency.Marker marker(BoundStep step, boolean undo) {
    return new Concurrency.Marker(
        run.key(step, undo),
        run.record().run(),
        step.name(),
        run.plan().digest(),
        run.journal().head());
  }

  private static Result succeeded(boolean undo, Evidence evidence) {
    StepState state = undo ? StepState.UNDONE : StepState.SUCCEEDED;
    return new Result(state, List.of(), Optional.of(evidence));
  }

  private Result clean(boolean undo, List<Finding> findings) {
    if (undo) {
      return new Result(StepState.UNDO_FAILED, findings, Optional.empty());
    }
    boolean paused =
        run.stop().pending().filter(asked -> asked.mode() == Stop.Mode.PAUSE).isPresent();
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
    Scrubber scrubber = run.plan().scrubber();
    Optional<Contention.Clash> clash =
        e instanceof SQLException error
            ? run.plan().target().dialect().contention().flatMap(by -> by.clash(error))
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
      run.listener().moved(step, bytes, total);
    }

    @Override
    public void reached(String point) {
      run.points().accept(step + ":" + point);
    }

    @Override
    public void noticed(Finding finding) {
      noticed.add(finding);
    }

    @Override
    public void continuing() {
      if (run.stop().stopsEffect()) {
        Stop.Request asked = run.stop().pending().orElseThrow();
        throw new StepFailed(
            Finding.of("run.stopped", asked.who() + " stopped the run: " + asked.why())
                .withFix("see what was undone; then plan and run the runbook again"));
      }
    }

    @Override
    public void interruptibleBy(Runnable interrupt) {
      run.stop().interruptibleBy(interrupt);
    }
  }
}
