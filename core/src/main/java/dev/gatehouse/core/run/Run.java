package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.Packet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
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
  private static final Duration LONGEST_REST = Duration.ofHours(1);

  /** What is not told by then is told by whoever resumes the run, or by {@link Runner#tell}. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  /** From one look for letters to the next. */
  private static final long LOOK_MILLIS = 250;

  private final ReentrantLock turn = new ReentrantLock();
  private final RunContext run;
  private final Path file;
  private final RunLoop steps;
  private final Decisions decisions;
  private final Pulse pulse;
  private boolean broken;
  private boolean closed;

  Run(RunContext run, Path file) {
    this.run = run;
    this.file = file;
    this.decisions = new Decisions(run);
    this.pulse = new Pulse(run.lease());
    this.steps = new RunLoop(run, run.hearing());
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
   * What those who are asked should read: see {@link Packet}. Looks at the target as it is now, for
   * ten seconds at most, and keeps nobody from driving or stopping the run meanwhile.
   *
   * @return Markdown
   * @throws Refusal as {@link #head}
   */
  public String packet() {
    List<String> around = Surroundings.of(run);
    return exclusively(() -> Packet.of(record(), run.journal().head(), file, around));
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
          pulse.beat();
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
   * Advances until the run ends, or something unforeseen needs a person, or only people can move it
   * on and nothing else is due; sleeps in between. While it waits for words that the runbook asks
   * for, guards stay live, timers run, and letters are read. For scripts; a service calls {@link
   * #advance} and reschedules itself.
   *
   * @return the record; {@link RunState#exitCode()} of its state is what a script exits with
   * @throws Refusal as {@link #advance}
   */
  public RunRecord toEnd() {
    return drive(asked -> asked.planned() && asked.lookAgain().isPresent());
  }

  /** As {@link #toEnd}, but comes back as soon as people are asked, to be resumed some day. */
  public RunRecord untilPeople() {
    return drive(asked -> false);
  }

  /** As {@link #toEnd}, but waits for people as long as it takes; their letters move it on. */
  public RunRecord attend() {
    return drive(asked -> true);
  }

  private RunRecord drive(Predicate<Tick.NeedsInput> waitsFor) {
    while (true) {
      Tick tick = advance();
      Instant now = run.clock().instant();
      Instant next;
      if (tick instanceof Tick.WakeAt wake) {
        next = wake.moment();
      } else if (tick instanceof Tick.NeedsInput asked && waitsFor.test(asked)) {
        next = asked.lookAgain().orElse(now.plus(LONGEST_REST));
      } else {
        return record();
      }
      try {
        rest(Duration.between(now, next));
      } catch (InterruptedException e) {
        pause("interrupted");
        advance();
        Thread.currentThread().interrupt();
        return record();
      }
    }
  }

  /** Until then, or until somebody asks or says something, with signs of life in between. */
  private void rest(Duration length) throws InterruptedException {
    long beat = System.nanoTime();
    long end = beat + TimeUnit.MILLISECONDS.toNanos(Math.max(1, length.toMillis()));
    boolean called = false;
    while (!called && System.nanoTime() - end < 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      run.stop().await(Math.max(1, Math.min(left, LOOK_MILLIS)));
      if (run.journal().anyTold()) {
        told();
      }
      if (System.nanoTime() - beat > TimeUnit.MILLISECONDS.toNanos(Watcher.BEAT_MILLIS)) {
        beat = System.nanoTime();
        if (!pulse.beat()) {
          run.lease().verify();
        }
      }
      called = run.stop().takePoked() || run.stop().pending().isPresent() || run.inbox().any();
    }
  }

  private void told() {
    turn.lock();
    try {
      if (!broken && !closed) {
        run.journal().told();
      }
    } finally {
      turn.unlock();
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
    String name = named(who);
    decide(() -> decisions.answer(step, decisions.host(name), role, yes, text));
  }

  /**
   * Says yes or no to what a check waits for, or answers as {@link #answer}; the host vouches for
   * who says it. A person with a key says it by a letter instead: {@link
   * dev.gatehouse.core.letter.Mailbox}.
   *
   * @param yes no is a veto, and the run fails
   * @param text what must be typed, or a remark
   * @throws Refusal {@code word.FIELD} naming what keeps the word from counting; journaled, too
   * @throws IllegalArgumentException when who is blank
   */
  public void say(String step, String who, String role, boolean yes, String text) {
    String name = named(who);
    decide(
        () -> {
          try {
            decisions.say(step, decisions.host(name), role, yes, text);
          } catch (Refusal no) {
            run.journal()
                .said(
                    step,
                    Map.of("who", name, "role", role, "kind", yes ? "YES" : "NO", "proof", "host"),
                    no.findings());
            throw no;
          }
        });
  }

  /**
   * Accepts by name that a check could not tell.
   *
   * @throws Refusal when the step is not inconclusive
   * @throws IllegalArgumentException when who is blank
   */
  public void accept(String step, String who, String why) {
    String name = named(who);
    decide(() -> decisions.accept(step, decisions.host(name), why));
  }

  /**
   * Goes on by name in spite of a guard that asked for confirmation.
   *
   * @throws Refusal when no guard of that name has tripped
   * @throws IllegalArgumentException when who is blank
   */
  public void confirm(String guard, String who) {
    String name = named(who);
    decide(() -> decisions.confirm(guard, decisions.host(name)));
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
    String name = named(who);
    decide(() -> decisions.resolve(step, truth, decisions.host(name), evidence));
  }

  /**
   * Gives back lease and journal. A run that has not ended can be resumed from its journal. Where
   * somebody has still to be told, waits for that for five seconds at most. Closing twice does
   * nothing.
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
          run.journal().endTelling(LAST_WORDS);
          run.journal().close();
        } catch (Refusal e) {
          unclosed(e);
        } finally {
          run.lease().close();
          if (record().state().closed()) {
            run.inbox().room().giveBack();
          }
          if (run.listener() instanceof Aside aside) {
            aside.close();
          }
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
  private void decide(Runnable work) {
    exclusively(
        () -> {
          if (record().state().closed()) {
            throw new Refusal(
                Finding.of("run.ended", "the run has ended; nothing can be decided about it")
                    .withFound("ended as " + record().state() + " at " + record().last())
                    .withFix("plan and run the runbook again"));
          }
          work.run();
          run.stop().poke();
          return true;
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
