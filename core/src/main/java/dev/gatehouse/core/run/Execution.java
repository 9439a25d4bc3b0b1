package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Parts;
import dev.gatehouse.core.journal.Parts.Way;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
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
 * again under the latch, before the effect. In a sequence: the same, and then part by part as in
 * {@link SequenceExecution}. Outside the database: neither session nor latch.
 */
final class Execution {

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
    attempt(step, undo ? Way.UNDO : Way.APPLY, standing);
  }

  /** Takes back the parts that are in effect, last first, while something does; journals it. */
  void takeBack(BoundStep step) {
    attempt(step, Way.TAKE_BACK, List.of());
  }

  private void attempt(BoundStep step, Way way, List<Check> standing) {
    boolean undo = way != Way.APPLY;
    Effect effect = (way == Way.UNDO ? step.undo() : step.effect()).orElseThrow();
    run.lease().verify();
    run.reached(step, CrashPoint.LEASE_VERIFIED);
    run.journal().reserve();
    run.reached(step, CrashPoint.SPACE_RESERVED);
    noticed.clear();
    Attempt result =
        effect instanceof Effect.External external
            ? external(step, undo, external)
            : inDatabase(step, way, effect, standing);
    boolean once = undo || effect.attempts() == 1;
    int attempt = once ? 1 : attempts.merge(step.name(), 1, Integer::sum);
    if (!once && attempt < effect.attempts() && result.othersStoodInTheWay(run)) {
      // Nothing took effect: the step is ready again, and so it is for a run that is resumed here.
      run.journal().outcome(step.name(), result.again());
      Pause.before(attempt + 1, run.stop());
      return;
    }
    List<Finding> told = Stream.concat(result.findings().stream(), noticed.stream()).toList();
    Optional<Evidence> evidence =
        result.evidence().map(proof -> attempt == 1 ? proof : proof.with("attempts", attempt));
    Parts parts = run.record().step(step.name()).orElseThrow().parts();
    run.journal().outcome(step.name(), result.with(told, evidence).behind(parts));
  }

  private Attempt external(BoundStep step, boolean undo, Effect.External effect) {
    try (Watcher watcher = new Watcher(run)) {
      watcher.stopWithoutLease();
      watcher.begin();
      if (undo) {
        intend(step, Way.UNDO, "");
        return foundSo(effect, true).orElseGet(() -> applied(step, true, effect));
      }
      Optional<Attempt> settled = foundSo(effect, false);
      if (settled.isPresent()) {
        return settled.get();
      }
      // Nothing interrupts the thread that writes the journal.
      intend(step, Way.APPLY, "");
      return applied(step, false, effect);
    }
  }

  /** A result when there is nothing to do, or when that cannot be told. */
  private Optional<Attempt> foundSo(Effect.External effect, boolean undo) {
    Thread asking = Thread.currentThread();
    run.stop().entering(asking::interrupt, undo);
    try (ReadingSession reading = run.reading(connection -> interruptible(asking, connection))) {
      return effect
          .foundSo(reading)
          .map(so -> undo ? Attempt.succeeded(true, so) : Attempt.foundSo(so));
    } catch (Exception e) {
      run.stop().left();
      run.stop().heed(e);
      return Optional.of(clean(undo, e));
    } finally {
      run.stop().left();
    }
  }

  /** A statement that waits for others does not see an interrupt. */
  private void interruptible(Thread asking, Connection connection) throws SQLException {
    Runnable cancel = run.plan().target().dialect().canceller(connection);
    run.stop()
        .interruptibleBy(
            () -> {
              cancel.run();
              asking.interrupt();
            });
  }

  private Attempt applied(BoundStep step, boolean undo, Effect.External effect) {
    run.stop().entering(Thread.currentThread()::interrupt, undo);
    try (WorkingSession working = working(step, run.key(step, undo), null)) {
      Evidence evidence = effect.apply(working);
      run.reached(step, CrashPoint.EFFECT_APPLIED);
      return Attempt.succeeded(undo, evidence);
    } catch (Exception e) {
      run.stop().left();
      run.stop().heed(e);
      return afterFailure(step, undo, effect, e);
    } finally {
      run.stop().left();
    }
  }

  private Attempt inDatabase(BoundStep step, Way way, Effect effect, List<Check> standing) {
    boolean undo = way != Way.APPLY;
    Optional<Target> other =
        effect instanceof Effect.InTransaction all ? all.account() : Optional.empty();
    Target login = other.orElse(run.plan().target());
    Connection connection;
    try {
      connection = login.dialect().openWriting(login);
    } catch (Exception e) {
      return clean(undo, e);
    }
    try {
      Optional<Attempt> unready = prepare(step, way, other, connection);
      if (unready.isPresent()) {
        return unready.get();
      }
      try (Watcher watcher = new Watcher(run);
          WorkingSession working = working(step, run.key(step, undo), connection)) {
        watcher.begin();
        if (effect instanceof Effect.InTransaction all) {
          return transactional(step, undo, all, standing, working, connection);
        }
        Optional<Attempt> unlatched = latch(step, undo, connection);
        if (unlatched.isPresent()) {
          return unlatched.get();
        }
        return effect instanceof Effect.InSequence sequence
            ? inSequence(step, way, sequence, standing, connection)
            : inSession(step, undo, (Effect.InSession) effect, working, connection);
      }
    } finally {
      run.stop().left();
      ReadingSession.closeQuietly(connection);
    }
  }

  /** All that comes before the effect; a result when it failed there, with nothing done. */
  private Optional<Attempt> prepare(
      BoundStep step, Way way, Optional<Target> other, Connection connection) {
    boolean undo = way != Way.APPLY;
    Target target = run.plan().target();
    try {
      if (other.isPresent()) {
        ReadingSession.requireSame(other.get(), connection, run.plan().outline().fingerprint());
      } else {
        ReadingSession.recognised(target, connection, run.plan().outline().fingerprint());
      }
      String session = run.concurrency().session(connection);
      run.reached(step, CrashPoint.SESSION_OPENED);
      if (!undo && step.effect().orElse(null) instanceof Effect.InSession effect) {
        requireUnapplied(effect);
      }
      intend(step, way, session);
      run.stop().entering(target.dialect().canceller(connection), undo);
      return Optional.empty();
    } catch (Exception e) {
      return Optional.of(clean(undo, e));
    }
  }

  private void requireUnapplied(Effect.InSession effect) throws Exception {
    try (ReadingSession reading = run.reading()) {
      effect.requireUnapplied(reading);
    }
  }

  private Attempt transactional(
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
      return clean(undo, e);
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

  private Attempt committed(
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
      return clean(undo, e);
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
      return rolledBack(undo, e, connection);
    }
    try {
      run.concurrency().commit(connection);
    } catch (StepFailed refused) {
      return rolledBack(undo, refused, connection);
    } catch (Exception e) {
      return doubt(e);
    }
    try {
      run.reached(step, CrashPoint.COMMITTED);
      if (run.concurrency().marker(connection, run.key(step, undo)).isEmpty()) {
        return Attempt.clean(run, undo, List.of(silentlyRolledBack(step)));
      }
      run.reached(step, CrashPoint.MARKER_READ);
      return Attempt.succeeded(undo, evidence);
    } catch (Exception e) {
      return doubt(e);
    }
  }

  private Attempt rolledBack(boolean undo, Exception e, Connection connection) {
    try {
      run.concurrency().rollback(connection);
    } catch (Exception again) {
      return doubt(e);
    }
    return Attempt.inDoubt(run, connection, e) ? doubt(e) : clean(undo, e);
  }

  /** A result when it could not be had. */
  private Optional<Attempt> latch(BoundStep step, boolean undo, Connection connection) {
    try {
      run.concurrency().latch(connection);
      // Whoever took the lease away ended the session that held the latch, not those to come.
      run.lease().verify();
    } catch (Exception e) {
      return Optional.of(clean(undo, e));
    }
    run.reached(step, CrashPoint.LATCH_TAKEN);
    return Optional.empty();
  }

  private Attempt inSequence(
      BoundStep step,
      Way way,
      Effect.InSequence effect,
      List<Check> standing,
      Connection connection) {
    return new SequenceExecution(run, step, way, connection, key -> working(step, key, connection))
        .execute(effect, standing);
  }

  private Attempt inSession(
      BoundStep step,
      boolean undo,
      Effect.InSession effect,
      WorkingSession working,
      Connection connection) {
    try {
      Evidence evidence = effect.apply(working);
      run.reached(step, CrashPoint.EFFECT_APPLIED);
      return Attempt.succeeded(undo, evidence);
    } catch (Exception e) {
      run.stop().heed(e);
      return Attempt.inDoubt(run, connection, e) ? doubt(e) : afterFailure(step, undo, effect, e);
    }
  }

  /** The effect says that it failed; the world says what it left. */
  private Attempt afterFailure(BoundStep step, boolean undo, Effect.Probed effect, Exception e) {
    ProbeResult truth;
    try (ReadingSession reading = run.reading()) {
      truth = effect.probe(reading, run.key(step, undo));
    } catch (Exception unreadable) {
      return doubt(e);
    }
    List<Finding> findings = Attempt.findings(run, e);
    Kind left =
        effect.showsParts() || Attempt.paused(run)
            ? Attempt.left(truth.kind(), e)
            : Attempt.leftUnseen(truth.kind(), e);
    return switch (left) {
      case NOT_APPLIED -> clean(undo, e);
      case APPLIED -> Attempt.partial(undo, findings, Optional.of(truth.evidence()));
      case PARTIAL, REPEATABLE -> Attempt.partial(undo, findings, Optional.empty());
      case UNKNOWN -> doubt(e);
    };
  }

  private void intend(BoundStep step, Way way, String session) {
    boolean undo = way != Way.APPLY;
    run.journal().intent(step, run.key(step, undo), session, undo, way == Way.TAKE_BACK);
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

  private Attempt clean(boolean undo, Exception e) {
    return Attempt.clean(run, undo, Attempt.findings(run, e));
  }

  private Attempt doubt(Exception e) {
    return Attempt.doubt(e, Attempt.findings(run, e));
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
        throw new StepFailed(run.stop().pending().orElseThrow().finding());
      }
    }

    @Override
    public void interruptibleBy(Runnable interrupt) {
      run.stop().interruptibleBy(interrupt);
    }
  }
}
