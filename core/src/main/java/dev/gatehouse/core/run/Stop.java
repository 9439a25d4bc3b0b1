package dev.gatehouse.core.run;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a run is told to stop, from any thread, and where what blocks is interrupted.
 */
final class Stop {

  /** From mild to hard; a harder request replaces a milder one. */
  enum Mode {
    PAUSE,
    ABORT,
    PANIC
  }

  record Request(Mode mode, String who, String why) {}

  private @Nullable Request pending;
  private @Nullable Runnable interrupt;
  private boolean undoing;

  /** Asks; interrupts what is under way, unless that is an undo and only an abort was asked. */
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

  /** Takes the request: it is journaled now. */
  synchronized void taken() {
    pending = null;
  }

  /** What is about to block, and how to get it out of there; undo steps go on through an abort. */
  synchronized void entering(Runnable how, boolean undo) {
    interrupt = how;
    undoing = undo;
    interruptIfAsked();
  }

  synchronized void interruptibleBy(Runnable how) {
    interrupt = how;
    interruptIfAsked();
  }

  synchronized void left() {
    interrupt = null;
  }

  /** An interrupt that met nothing to interrupt is lost; asked often enough, one will meet it. */
  synchronized void interruptIfAsked() {
    Runnable how = interrupt;
    if (how != null && stopsEffect()) {
      how.run();
    }
  }

  synchronized boolean stopsEffect() {
    return pending != null && !(undoing && pending.mode() == Mode.ABORT);
  }

  /** Waits until that many milliseconds have passed or somebody asks. */
  synchronized void await(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    long left = millis;
    while (pending == null && left > 0) {
      wait(left);
      left = (deadline - System.nanoTime()) / 1_000_000;
    }
  }
}
