package dev.gatehouse.core.journal;

/**
 * The types of records a run writes, beside those the journal writes on its own account (FORMAT,
 * REPAIRED, SEAL).
 *
 * @since 0.1
 */
public enum Event {
  /** The run exists: runbook, target, plan digest and the whole outline. */
  OPENED,
  /** A runner took the lease; what was under way before is in doubt. */
  LEASED,
  /** A check answered. */
  CHECKED,
  /** All steps of a gate have passed. */
  GATE_OPENED,
  /** The run is parked. */
  WAITING,
  /** An effect is about to happen. */
  INTENT,
  /** What became of an effect. */
  OUTCOME,
  /** A part of an effect is about to happen. */
  PART_INTENT,
  /** A part of an effect has happened. What became of one that failed, the step's OUTCOME says. */
  PART_OUTCOME,
  /** What became of an effect that was in doubt. */
  RESOLVED,
  /** A person said something of a step; whether it counts, and if not, why. */
  SAID,
  /** A person answered a question. */
  ANSWERED,
  /** A person accepted that a check could not tell. */
  ACCEPTED,
  /** A guard tripped, or passes again. */
  GUARDED,
  /** A person confirmed to go on in spite of a guard. */
  CONFIRMED,
  /** Abort or panic. */
  STOPPING,
  /** The runner stopped before the next effect. */
  PAUSED,
  /** The run ended. */
  CLOSED,
  /** A channel was told of what stands before. */
  TOLD,
  /**
   * A channel was not told: it refused for good, or it had not answered when the run was closed.
   */
  NOT_TOLD
}
