package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plan being executed. Driven by ticks: {@link #advance} works until the next wait and comes
 * back; no thread is held while it waits.
 *
 * <p>Thread-safe: one thread advances, any thread may abort, panic, pause or answer. Holds the
 * lease of the target and the journal until it is closed.
 *
 * @since 0.1
 */
public final class Run implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  private static final Duration BACKWARDS = Duration.ofSeconds(2);

  private final ReentrantLock turn = new ReentrantLock();
  private final RunContext run;
  private final Path file;
  private final RunLoop steps;
  private boolean broken;
  private boolean closed;

  Run(RunContext run, Path file) {
    this.run = run;
    this.file = file;
    this.steps = new RunLoop(run);
  }

  /** What the journal says so far. Read it on the thread that advances, or between ticks. */
  public RunRecord record() {
    return run.record();
  }

  /** The journal's file. */
  public Path journal() {
    return file;
  }

  /**
   * The journal's signed head: position, hash, key and signature. Keep it away from the journal;
   * with it, anybody can tell later whether the journal was altered or cut.
   *
   * @throws Refusal when the journal cannot be written, or the run is closed
   */
  public String head() {
    return exclusively(run.journal()::head);
  }

  /**
   * Works until the run ends or must wait.
   *
   * @throws Refusal when the lease is lost, the journal cannot be written, or a step broke in a way
   *     that only reopening the run can sort out
   */
  public Tick advance() {
    return exclusively(
        () -> {
          RunRecord record = record();
          if (record.state().closed()) {
            return new Tick.Done(record);
          }
          if (wentBack(record)) {
            return new Tick.WakeAt(record.last(), "the clock went back: " + run.clock().instant());
          }
          run.lease().beat();
          try {
            return steps.advance();
          } finally {
            if (run.stop().takeInterrupted()) {
              Thread.currentThread().interrupt();
            }
          }
        });
  }

  /** A clock nobody can trust opens no gate; stopping and undoing do not wait for it. */
  private boolean wentBack(RunRecord record) {
    return run.clock().instant().isBefore(record.last().minus(BACKWARDS))
        && run.stop().pending().isEmpty()
        && !record.undoing()
        && !record.panicked();
  }

  /**
   * Advances until the run ends or only people can move it on, sleeping in between. For scripts; a
   * service calls {@link #advance} and reschedules itself.
   *
   * @return the record; {@link RunState#exitCode()} of its state is what a script exits with
   * @throws Refusal as {@link #advance}
   */
  public RunRecord toEnd() {
    while (true) {
      Tick tick = advance();
      if (!(tick instanceof Tick.WakeAt wake)) {
        return record();
      }
      try {
        rest(Duration.between(run.clock().instant(), wake.moment()));
      } catch (InterruptedException e) {
        pause("interrupted");
        advance();
        Thread.currentThread().interrupt();
        return record();
      }
    }
  }

  /** Until then, or until somebody asks, with signs of life in between. */
  private void rest(Duration length) throws InterruptedException {
    long end = System.nanoTime() / 1_000_000 + length.toMillis();
    long left = Math.max(1, length.toMillis());
    while (left > 0 && run.stop().pending().isEmpty()) {
      run.stop().await(Math.min(left, Watcher.BEAT_MILLIS));
      if (!run.lease().beat()) {
        run.lease().verify();
      }
      left = end - System.nanoTime() / 1_000_000;
    }
  }

  /** Stops before the next effect; {@link #advance} or a resume goes on. */
  public void pause(String why) {
    run.stop().ask(new Stop.Request(Stop.Mode.PAUSE, "runner", why));
  }

  /**
   * Stops and undoes: what runs is interrupted, what was applied is undone in reverse order by the
   * next {@link #advance}.
   *
   * @throws IllegalArgumentException when who is blank
   */
  public void abort(String who, String why) {
    run.stop().ask(new Stop.Request(Stop.Mode.ABORT, named(who), why));
  }

  /**
   * Stops now and touches nothing more: nothing is undone.
   *
   * @throws IllegalArgumentException when who is blank
   */
  public void panic(String who, String why) {
    run.stop().ask(new Stop.Request(Stop.Mode.PANIC, named(who), why));
  }

  /**
   * Answers the question of a step that is done or confirmed by a person.
   *
   * @param yes no declines it, and the run fails
   * @throws Refusal when the step does not wait for an answer, or for one of another role
   * @throws IllegalArgumentException when who is blank
   */
  public void answer(String step, String who, String role, boolean yes, String text) {
    decide(
        () -> {
          StepRecord waiting = step(step);
          boolean undo = waiting.state() == StepState.UNDOING;
          Effect effect = bound(waiting, undo).orElse(null);
          if (!(effect instanceof Effect.Human human)
              || !(undo || waiting.state() == StepState.WAITING)) {
            throw notAsked(step, "for an answer", waiting);
          }
          if (!human.role().equals(role)) {
            throw new Refusal(
                Finding.of("answer.role", "'" + step + "' is asked of another role")
                    .withExpected(human.role())
                    .withFound(role)
                    .withFix("have somebody who is " + human.role() + " answer"));
          }
          Evidence evidence =
              Evidence.at(run.clock().instant())
                  .with("who", who)
                  .with("role", role)
                  .with("said", text);
          run.journal().answered(step, named(who), yes, evidence);
          return true;
        });
  }

  /**
   * Accepts by name that a check could not tell.
   *
   * @throws Refusal when the step is not inconclusive
   * @throws IllegalArgumentException when who is blank
   */
  public void accept(String step, String who, String why) {
    decide(
        () -> {
          StepRecord unsure = step(step);
          if (unsure.state() != StepState.INCONCLUSIVE) {
            throw notAsked(step, "to be accepted", unsure);
          }
          run.journal()
              .writeDurably(Event.ACCEPTED, Map.of("step", step, "who", named(who), "why", why));
          return true;
        });
  }

  /**
   * Goes on by name in spite of a guard that asked for confirmation.
   *
   * @throws Refusal when no guard of that name has tripped
   * @throws IllegalArgumentException when who is blank
   */
  public void confirm(String guard, String who) {
    decide(
        () -> {
          if (!record().trippedGuards().containsKey(guard)) {
            throw new Refusal(
                Finding.of("guard.not-tripped", "guard '" + guard + "' has not tripped")
                    .withFound("tripped: " + record().trippedGuards().keySet())
                    .withFix("confirm one of those"));
          }
          run.journal().writeDurably(Event.CONFIRMED, Map.of("guard", guard, "who", named(who)));
          return true;
        });
  }

  /**
   * Says by name what became of an effect that is in doubt, when the world does not tell; of a step
   * in parts, what became of the part that the question names.
   *
   * @param truth {@link ProbeResult.Kind#UNKNOWN} is no answer
   * @param evidence where the person looked and what they saw
   * @throws Refusal when the step is not in doubt
   * @throws IllegalArgumentException when the truth is UNKNOWN, or who is blank
   */
  public void resolve(String step, ProbeResult.Kind truth, String who, String evidence) {
    if (truth == ProbeResult.Kind.UNKNOWN) {
      throw new IllegalArgumentException("truth is UNKNOWN: say APPLIED, NOT_APPLIED or PARTIAL");
    }
    decide(
        () -> {
          StepRecord doubtful = step(step);
          if (doubtful.state() != StepState.IN_DOUBT) {
            throw notAsked(step, "to be resolved", doubtful);
          }
          Answer answer = Answer.of(truth, doubtful, true);
          Evidence proof = Evidence.at(run.clock().instant()).with("said", evidence);
          run.journal().resolved(step, answer, evidence, named(who), Optional.of(proof));
          return true;
        });
  }

  /**
   * Gives back lease and journal. A run that has not ended can be resumed from its journal. Closing
   * twice does nothing.
   *
   * @throws Refusal when the journal of a run that has not ended could not be closed
   */
  @Override
  public void close() {
    turn.lock();
    try {
      if (!closed) {
        closed = true;
        try {
          run.journal().close();
        } catch (Refusal e) {
          unclosed(e);
        } finally {
          run.lease().close();
        }
      }
    } finally {
      turn.unlock();
    }
  }

  /**
   * What ended is durable already: that its file could not be tidied must not hide how it ended.
   */
  private void unclosed(Refusal e) {
    if (!record().state().closed()) {
      throw e;
    }
    LOG.warn("the journal {} is whole, but could not be closed: {}", file, e.getMessage());
  }

  private StepRecord step(String name) {
    return record()
        .step(name)
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("run.no-such-step", "the run has no step '" + name + "'")
                        .withFound(
                            record().steps().stream().map(StepRecord::name).toList().toString())
                        .withFix("name one of those")));
  }

  private Optional<Effect> bound(StepRecord step, boolean undo) {
    BoundStep bound = run.plan().step(step.name());
    return undo ? bound.undo() : bound.effect();
  }

  private static Refusal notAsked(String step, String what, StepRecord found) {
    return new Refusal(
        Finding.of("run.not-asked", "'" + step + "' does not wait " + what)
            .withFound("it is " + found.state())
            .withFix("see what the run waits for: the questions of its last tick"));
  }

  private static String named(String who) {
    if (who.isBlank()) {
      throw new IllegalArgumentException("who is blank: decisions are recorded with a name");
    }
    return who;
  }

  @FunctionalInterface
  private interface Turn<T> {
    T take();
  }

  /** A decision about a run that goes on; one that comes after the end changes nothing. */
  private void decide(Turn<Boolean> work) {
    exclusively(
        () -> {
          if (record().state().closed()) {
            throw new Refusal(
                Finding.of("run.ended", "the run has ended; nothing can be decided about it")
                    .withFound("ended as " + record().state() + " at " + record().last())
                    .withFix("plan and run the runbook again"));
          }
          return work.take();
        });
  }

  private <T> T exclusively(Turn<T> work) {
    turn.lock();
    try {
      if (broken || closed) {
        Instant at = record().last();
        throw new Refusal(
            Finding.of("run.not-open", "this run cannot go on from here")
                .withFound((closed ? "closed" : "it broke in the middle") + "; last record " + at)
                .withFix("resume it from its journal " + file));
      }
      return work.take();
    } catch (RuntimeException | Error e) {
      // Only durable state counts now: an effect begun here is looked into by whoever resumes.
      broken = broken || e instanceof Error || steps.midway();
      throw e;
    } finally {
      turn.unlock();
    }
  }
}
