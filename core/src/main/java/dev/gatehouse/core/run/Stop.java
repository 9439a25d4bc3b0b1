package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.letter.Slip;
import dev.gatehouse.core.outcome.Finding;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a run is told to stop, from any thread, and where what blocks is interrupted.
 */
final class Stop {
  static final String CODE = RunRecord.STOPPED;

  /** From mild to hard; a harder request replaces a milder one. */
  enum Mode {
    PAUSE,
    ABORT,
    PANIC
  }

  /**
   * @param letter it came by; empty when it was asked in this process
   * @param proof of who the sender of the letter is
   */
  record Request(Mode mode, String who, String why, Optional<Slip> letter, String proof) {
    Request(Mode mode, String who, String why) {
      this(mode, who, why, Optional.empty(), "");
    }

    Finding finding() {
      String fix =
          switch (mode) {
            case PAUSE -> "resume the run: what was cut off is done again";
            case ABORT -> "see what was undone; then plan and run the runbook again";
            case PANIC -> "see what remains: nothing was undone";
          };
      String told = why.isEmpty() ? "" : ": " + why;
      return Finding.of(CODE, who + " stopped the run" + told).withFix(fix);
    }
  }

  private @Nullable Request pending;
  private @Nullable Runnable interrupt;
  private boolean undoing;
  private boolean threadInterrupted;
  private boolean poked;
  private boolean struck;

  /** Asks; interrupts what is under way, unless that is an undo: only a panic stops one. */
  synchronized void ask(Request request) {
    if (pending == null || request.mode().compareTo(pending.mode()) > 0) {
      pending = request;
    }
    interruptIfAsked();
    notifyAll();
  }

  synchronized Optional<Request> pending() {
    return Optional.ofNullable(pending);
  }

  /** Takes the request off the table, to obey it; one asked after it is kept. */
  synchronized Optional<Request> take() {
    Optional<Request> taken = pending();
    pending = null;
    return taken;
  }

  /** The run's thread was interrupted from outside: it pauses, and its caller is told. */
  synchronized void interrupted() {
    threadInterrupted = true;
    ask(new Request(Mode.PAUSE, "runner", "interrupted"));
  }

  /** An interrupt from outside, and not by a request, pauses the run, wherever it was noticed. */
  synchronized void heed(Exception e) {
    if (e instanceof InterruptedException && pending == null) {
      interrupted();
    }
  }

  /** Whether an interrupt from outside was swallowed since the last call. */
  synchronized boolean takeInterrupted() {
    boolean taken = threadInterrupted;
    threadInterrupted = false;
    return taken;
  }

  /** What is about to block, and how to get it out of there; an undo is stopped by a panic only. */
  synchronized void entering(Runnable how, boolean undo) {
    interrupt = how;
    undoing = undo;
    struck = false;
    interruptIfAsked();
  }

  synchronized void interruptibleBy(Runnable how) {
    interrupt = how;
    interruptIfAsked();
  }

  /** What blocked is over, and so is an interrupt that was meant for it. */
  synchronized void left() {
    interrupt = null;
    if (pending != null) {
      Thread.interrupted();
    }
  }

  /** An interrupt that met nothing to interrupt is lost; asked often enough, one will meet it. */
  synchronized void interruptIfAsked() {
    Runnable how = interrupt;
    if (how != null && stopsEffect()) {
      struck = true;
      how.run();
    }
  }

  /** What is to be said of an effect that ended after it was interrupted; empty if none was. */
  synchronized Optional<Finding> struck() {
    return struck ? pending().map(Request::finding) : Optional.empty();
  }

  synchronized boolean stopsEffect() {
    return pending != null && (!undoing || pending.mode() == Mode.PANIC);
  }

  /** Something was said: whoever waits looks again. */
  synchronized void poke() {
    poked = true;
    notifyAll();
  }

  /** Waits until that many milliseconds have passed or somebody asks, or says something. */
  synchronized void await(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    long left = millis;
    while (pending == null && !poked && left > 0) {
      wait(left);
      left = (deadline - System.nanoTime()) / 1_000_000;
    }
  }

  /** Whether something was said since the last call. */
  synchronized boolean takePoked() {
    boolean taken = poked;
    poked = false;
    return taken;
  }
}
