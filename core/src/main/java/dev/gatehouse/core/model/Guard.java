package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Status;
import java.time.Duration;

/**
 * A check that stays live while gates wait and steps run, and may hold or stop the run.
 *
 * <p>Immutable.
 *
 * @param check what is asked; FAILED trips the guard
 * @param every interval between samples
 * @param startingAfter time from the run's start to the first sample
 * @param samples how many bad ones in a row trip it; at least 1
 * @param onFailure what happens then
 * @param onNoData what happens after that many INCONCLUSIVE samples in a row
 * @since 0.1
 */
public record Guard(
    Check check,
    Duration every,
    Duration startingAfter,
    int samples,
    Reaction onFailure,
    Reaction onNoData) {

  /** What a tripped guard does, from mild to hard. */
  public enum Reaction {
    /** No new step starts until it passes again. */
    HOLD,
    /** No new step starts until a person has said to go on. */
    CONFIRM,
    /** Stop and undo. */
    ABORT,
    /** Stop now and touch nothing more. */
    PANIC
  }

  public Guard {
    if (every.isZero() || every.isNegative()) {
      throw new IllegalArgumentException(
          "every is " + every + ": a guard needs an interval above zero");
    }
    if (startingAfter.isNegative()) {
      throw new IllegalArgumentException(
          "startingAfter is " + startingAfter + ": must not be negative");
    }
    if (samples < 1) {
      throw new IllegalArgumentException("samples is " + samples + ": at least 1");
    }
  }

  /** A guard that aborts on the first bad sample and holds on the first one without data. */
  public static Guard of(Check check, Duration every) {
    return new Guard(check, every, Duration.ZERO, 1, Reaction.ABORT, Reaction.HOLD);
  }

  /** Its name is its check's. */
  public String name() {
    return check.name();
  }

  /** The same guard, tripped only by that many bad samples in a row. */
  public Guard forSamples(int inARow) {
    return new Guard(check, every, startingAfter, inARow, onFailure, onNoData);
  }

  /** The same guard, first asked after that time. */
  public Guard startingAfter(Duration delay) {
    return new Guard(check, every, delay, samples, onFailure, onNoData);
  }

  /** The same guard with another reaction to failures. */
  public Guard onFailure(Reaction reaction) {
    return new Guard(check, every, startingAfter, samples, reaction, onNoData);
  }

  /** The same guard with another reaction to missing data. */
  public Guard onNoData(Reaction reaction) {
    return new Guard(check, every, startingAfter, samples, onFailure, reaction);
  }

  /** What that answer calls for, if it comes often enough in a row. */
  public Reaction reaction(Status status) {
    return status == Status.FAILED ? onFailure : onNoData;
  }
}
